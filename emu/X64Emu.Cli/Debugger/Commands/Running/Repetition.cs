using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>The same kind of step several times.</summary>
internal static class Repetition
{
    /// <summary>Repeats a step until it was done so often, or something else stopped the guest.</summary>
    /// <param name="step">The step.</param>
    /// <param name="count">At least 1.</param>
    public static StopEvent Of(Func<StopEvent> step, long count)
    {
        StopEvent stop = step();
        for (long done = 1; done < count && stop.Reason == StopEventReason.Step; done++) stop = step();
        return stop;
    }
}
