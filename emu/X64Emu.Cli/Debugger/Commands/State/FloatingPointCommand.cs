using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the x87 stack, control, status and tag words.</summary>
internal sealed class FloatingPointCommand() : ReportCommand(
    "fpu", CommandTopic.State, "fpu", "Shows the x87 stack, control, status and tag words",
    "The stack begins with ST(0); R is the physical register. Values are decimal and raw; an empty register has a raw value only.",
    "fpu")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        X87Report.Lines(context.Session.Machine.Processor.Registers.X87);
}
