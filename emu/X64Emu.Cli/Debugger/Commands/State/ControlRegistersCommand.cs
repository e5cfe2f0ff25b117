using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the control registers, EFER and XCR0 with every bit named.</summary>
internal sealed class ControlRegistersCommand() : ReportCommand(
    "cr", CommandTopic.State, "cr [NAME]", "Shows the control registers, EFER and XCR0 with every bit named",
    "NAME is one of cr0, cr2, cr3, cr4, cr8, efer and xcr0.",
    "cr cr0")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.TakeWord() is not { } name) return ControlRegisterReport.Lines(context.Session.Machine.Processor.Registers, context.Names.Namer);
        IReadOnlyList<string> lines = ControlRegisterReport.Lines(context.Session.Machine.Processor.Registers, name, context.Names.Namer);
        return lines.Count > 0 ? lines : throw new CommandException($"there is no control register '{name}': {string.Join(", ", s_names)}");
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => s_names;

    private static readonly string[] s_names = ["cr0", "cr2", "cr3", "cr4", "cr8", "efer", "xcr0"];
}
