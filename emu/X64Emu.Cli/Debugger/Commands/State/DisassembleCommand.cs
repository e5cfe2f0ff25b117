using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows code as instructions.</summary>
internal sealed class DisassembleCommand() : ReportCommand(
    "disas", CommandTopic.State, "disas [/s] [/r] [START [, END|+LENGTH]]", "Shows instructions: a function, or a range",
    "Without an address it shows the function around RIP; with one address, the function there; where no function is known, 16 instructions.\n"
        + "END is the first address that is not shown. /s puts source lines above their instructions, /r shows the bytes.",
    "disas /s rip")
{
    private const int WithoutFunction = 16, MostInstructions = 4096;
    private const ulong LongestFunctionBytes = 1 << 16;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["disassemble"];

    /// <inheritdoc/>
    public override bool TakesFormat => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        string modifiers = arguments.Format ?? "";
        while (arguments.NextWord.StartsWith('/')) modifiers += arguments.TakeWord()![1..];
        char unknown = modifiers.FirstOrDefault(letter => letter is not ('s' or 'r'));
        if (unknown != '\0') throw new CommandException($"/{unknown} is unknown: /s or /r");
        ProcessorRegisters registers = context.Session.Machine.Processor.Registers;
        Disassembler disassembler = new(context.Session.Memory, context.Names.Namer) { Bits = Disassembler.BitsOf(registers) };
        DisassemblyReport report = new()
        {
            Arrow = registers.Rip,
            Namer = context.Names.Namer,
            ShowsBytes = modifiers.Contains('r', StringComparison.Ordinal),
            Source = modifiers.Contains('s', StringComparison.Ordinal) ? context.Names.Locator : null,
            Listing = context.Names.Listing,
        };
        return report.Lines(Decode(context, arguments.TakeRest(), disassembler, registers.Rip));
    }

    private static IReadOnlyList<DisassembledInstruction> Decode(DebuggerContext context, ArgumentText text, Disassembler disassembler, VirtualAddress rip)
    {
        int comma = text.Text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0) return Function(context, text.Text.Length == 0 ? rip : new VirtualAddress(context.Evaluate(text)), disassembler);
        VirtualAddress start = new(context.Evaluate(new ArgumentText(text.Text[..comma].TrimEnd(), text.Column)));
        string tail = text.Text[(comma + 1)..].Trim();
        ArgumentText endText = new(tail.TrimStart('+'), text.Column + comma + 1);
        if (endText.Text.Length == 0) throw new CommandException($"column {endText.Column}: the end of the range is missing");
        ulong value = context.Evaluate(endText);
        VirtualAddress end = tail.StartsWith('+') ? start + value : new VirtualAddress(value);
        if (end.Value <= start.Value) throw new CommandException($"column {endText.Column}: the range ends at {end}, before it begins");
        return disassembler.DecodeRange(start, end, MostInstructions);
    }

    /// <summary>The function that an address belongs to: up to where another one begins.</summary>
    private static IReadOnlyList<DisassembledInstruction> Function(DebuggerContext context, VirtualAddress address, Disassembler disassembler)
    {
        if (context.Names.FunctionStart(address) is not { } start || address.Value - start.Value > LongestFunctionBytes)
            return disassembler.Decode(address, WithoutFunction);
        List<DisassembledInstruction> instructions = [];
        for (VirtualAddress at = start; instructions.Count < MostInstructions && context.Names.FunctionStart(at) == start;)
        {
            instructions.Add(disassembler.DecodeOne(at));
            if (instructions[^1].Bytes.Count == 0) break;
            at = instructions[^1].Next;
        }
        return instructions;
    }
}
