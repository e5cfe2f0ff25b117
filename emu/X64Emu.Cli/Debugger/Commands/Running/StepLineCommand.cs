using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs to another source line.</summary>
internal sealed class StepLineCommand() : RepeatedStepCommand(
    "stepline", ["sl"], "Runs until another source line begins, N times",
    "Functions without line information are passed over. Where the present line is not known it does what 'next' does.",
    "stepline")
{
    /// <inheritdoc/>
    protected override StopEvent Step(DebugSession session, long count) => Repeat(session.StepLine, count);
}
