using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the task state segment: kernel stacks and allowed ports.</summary>
internal sealed class TaskStateCommand() : ReportCommand(
    "tss", CommandTopic.State, "tss", "Shows the task state segment: kernel stacks and allowed ports",
    "RSP0 to RSP2, IST1 to IST7, and the ports that the I/O map allows to ring 3.",
    "tss")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        TaskStateReport.Lines(context.Session.Machine.Processor.Registers, context.Session.Memory, context.Names.Namer);
}
