using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the general registers, RIP, RFLAGS and segment bases.</summary>
internal sealed class RegistersCommand() : ReportCommand(
    "regs", CommandTopic.State, "regs", "Shows the general registers, RIP, RFLAGS and segment bases",
    "A value that is the address of something with a name shows that name; other small values are shown in decimal, too.",
    "regs")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["registers"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments) =>
        RegisterReport.Lines(context.Session.Machine.Processor.Registers, context.Names.Namer);
}
