using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs instructions, into calls and the kernel.</summary>
internal sealed class StepCommand() : RepeatedStepCommand(
    "step", ["s", "si", "stepi"], "Runs one instruction, or N",
    "It goes into functions and into the kernel: at an instruction that faults the first\n"
    + "instruction of the exception's handler is run in its place.",
    "step 3")
{
    /// <inheritdoc/>
    protected override StopEvent Step(DebugSession session, long count) => session.Step(count);
}
