using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows what waits for virtual time and who set it.</summary>
internal sealed class TimersCommand() : ReportCommand(
    "timers", CommandTopic.System, "timers", "Shows what waits for virtual time and who set it",
    "Deadlines are in virtual nanoseconds since the machine's start, soonest first.",
    "timers")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) => DeviceReport.Timers(context.Session.Machine);
}
