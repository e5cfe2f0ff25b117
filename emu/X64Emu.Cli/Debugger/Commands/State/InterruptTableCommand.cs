using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows the interrupt descriptor table with its handlers.</summary>
internal sealed class InterruptTableCommand() : ReportCommand(
    "idt", CommandTopic.State, "idt [VECTOR]", "Shows the interrupt descriptor table with its handlers",
    "VECTOR is an expression from 0 to 255; without it all gates are shown.",
    "idt 14")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        int? vector = null;
        if (!arguments.IsEmpty)
        {
            ArgumentText text = arguments.TakeRest();
            ulong value = context.Evaluate(text);
            vector = value <= byte.MaxValue ? (int)value : throw new CommandException($"column {text.Column}: {value} is no vector: 0 to 255");
        }
        return InterruptTableReport.Lines(context.Session.Machine.Processor.Registers, context.Session.Memory, context.Names.Namer, vector);
    }
}
