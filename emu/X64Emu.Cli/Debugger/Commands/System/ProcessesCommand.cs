using X64Emu.Debugging.Guest.Reports;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows the processes.</summary>
internal sealed class ProcessesCommand() : ReportCommand(
    "ps", CommandTopic.System, "ps", "Shows the processes",
    "One line for each: number, parent, state, memory, faults, name.",
    "ps")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        [.. ProcessesText.Lines(ProcessArgument.NeedGuest(context))];
}
