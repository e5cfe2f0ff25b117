using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the global descriptor table.</summary>
internal sealed class DescriptorTableCommand() : ReportCommand(
    "gdt", CommandTopic.State, "gdt", "Shows the global descriptor table",
    "One line for each entry, decoded; entries that are empty are put together.",
    "gdt")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        DescriptorTableReport.Lines(context.Session.Machine.Processor.Registers, context.Session.Memory);
}
