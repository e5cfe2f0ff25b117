using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions of the program, passing over the kernel.</summary>
internal sealed class StepUserCommand() : RepeatedStepCommand(
    "stepuser", ["su"], "Runs one instruction of the program, or N, without what the kernel does in between",
    "Page faults, interrupts and system calls are passed over; functions are entered. In the kernel it first runs until user mode.",
    "stepuser")
{
    /// <inheritdoc/>
    protected override StopEvent Step(DebugSession session, long count) => session.StepUser(count);
}
