using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows interrupt lines, pending vectors, masks and IF.</summary>
internal sealed class InterruptsCommand() : ReportCommand(
    "irq", CommandTopic.System, "irq", "Shows interrupt lines, pending vectors, masks and IF",
    "Lines that are low and masked everywhere are left out.",
    "irq")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) => DeviceReport.Interrupts(context.Session.Machine);
}
