using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the model-specific registers.</summary>
internal sealed class ModelSpecificRegistersCommand() : ReportCommand(
    "msr", CommandTopic.State, "msr [NAME|NUMBER]", "Shows the model-specific registers",
    "All by name, or one: NAME may leave IA32_ out; any other text is an expression for the number.",
    "msr lstar")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty) return MsrReport.Lines(context.Session.Machine.Processor.Registers, context.Names.Namer);
        ArgumentText text = arguments.TakeRest();
        ulong number = MsrReport.NumberOf(text.Text) ?? context.Evaluate(text);
        string? line = number <= uint.MaxValue ? MsrReport.Line(context.Session.Machine.Processor.Registers, (uint)number, context.Names.Namer) : null;
        return line is null ? throw new CommandException($"there is no model-specific register 0x{number:x}; RDMSR would raise #GP") : [line];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => MsrReport.Names;
}
