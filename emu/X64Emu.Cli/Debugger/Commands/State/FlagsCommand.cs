using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows RFLAGS bit by bit.</summary>
internal sealed class FlagsCommand() : ReportCommand(
    "flags", CommandTopic.State, "flags", "Shows RFLAGS bit by bit",
    "Each flag with its place, its value and its meaning.",
    "flags")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        FlagsReport.Lines(context.Session.Machine.Processor.Registers.RFlags);
}
