using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows one kind of vector registers; its arguments are a register's number and a format, in any order.</summary>
internal abstract class VectorCommand(string name) : ReportCommand(
    name, CommandTopic.State, $"{name} [N] [FORMAT]", $"Shows the {name.ToUpperInvariant()} registers",
    "N is one register, 0 to 15; without it all are shown, with MXCSR.\n"
        + "The formats are bytes, words, doublewords, quadwords, floats, doubles and whole, which is one number. Elements begin with the lowest.",
    $"{name} 0 floats")
{
    private const int Count = 16;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => VectorReport.FormatNames;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        int? number = null;
        VectorFormat format = VectorFormat.Whole;
        while (!arguments.IsEmpty)
        {
            int column = arguments.Column;
            string word = arguments.TakeWord()!;
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given < Count) number = given;
            else if (VectorReport.FormatNames.Contains(word)) format = Enum.Parse<VectorFormat>(word, ignoreCase: true);
            else throw new CommandException($"column {column}: '{word}' is no register from 0 to 15 and none of {string.Join(", ", VectorReport.FormatNames)}");
        }
        return Lines(context.Session.Machine.Processor.Registers, format, number);
    }

    /// <summary>The registers' text; all of them without a number.</summary>
    protected abstract IReadOnlyList<string> Lines(ProcessorRegisters registers, VectorFormat format, int? number);
}

/// <summary>Shows the XMM registers.</summary>
internal sealed class XmmCommand() : VectorCommand("xmm")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Lines(ProcessorRegisters registers, VectorFormat format, int? number) => VectorReport.Xmm(registers, format, number);
}

/// <summary>Shows the YMM registers.</summary>
internal sealed class YmmCommand() : VectorCommand("ymm")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Lines(ProcessorRegisters registers, VectorFormat format, int? number) => VectorReport.Ymm(registers, format, number);
}
