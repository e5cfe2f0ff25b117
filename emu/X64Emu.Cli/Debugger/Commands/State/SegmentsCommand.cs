using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the segment registers, LDTR, TR, GDTR and IDTR.</summary>
internal sealed class SegmentsCommand() : ReportCommand(
    "segs", CommandTopic.State, "segs", "Shows the segment registers, LDTR, TR, GDTR and IDTR",
    "Selector, base, limit and rights of each, as the processor has cached them.",
    "segs")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        SegmentReport.Lines(context.Session.Machine.Processor.Registers);
}
