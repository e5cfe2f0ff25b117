using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions, calls and kernel entries as a whole.</summary>
internal sealed class NextCommand() : RepeatedStepCommand(
    "next", ["n", "ni", "nexti"], "Runs one instruction with all it calls, or N",
    "A CALL is run until it returns; in user mode a system call, a page fault or an interrupt until the program goes on.",
    "next")
{
    /// <inheritdoc/>
    protected override StopEvent Step(DebugSession session, long count) => Repeat(session.Next, count);
}
