using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>A command that takes a step, or N of them.</summary>
/// <param name="name">See <see cref="IDebuggerCommand.Name"/>; the others likewise.</param>
/// <param name="aliases">Other words for it.</param>
/// <param name="summary">One line.</param>
/// <param name="help">Sentences.</param>
/// <param name="example">A line that can be typed.</param>
internal abstract class RepeatedStepCommand(string name, IReadOnlyList<string> aliases, string summary, string help, string example) : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => aliases;

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => $"{name} [N]";

    /// <inheritdoc/>
    public string Summary => summary;

    /// <inheritdoc/>
    public string Help => help;

    /// <inheritdoc/>
    public string Example => example;

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        context.Runner.Run(session => Step(session, count));
    }

    /// <summary>Takes so many steps, or as many as come before something else stops the guest.</summary>
    /// <param name="session">The session.</param>
    /// <param name="count">At least 1.</param>
    protected abstract StopEvent Step(DebugSession session, long count);

    /// <summary>Repeats a step of which the session takes one at a time.</summary>
    protected static StopEvent Repeat(Func<StopEvent> step, long count)
    {
        StopEvent stop = step();
        for (long done = 1; done < count && stop.Reason == StopEventReason.Step; done++) stop = step();
        return stop;
    }
}
