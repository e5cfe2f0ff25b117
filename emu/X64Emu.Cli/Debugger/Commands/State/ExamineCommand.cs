using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows virtual memory, in gdb's formats.</summary>
internal sealed class ExamineCommand() : ReportCommand(
    "x", CommandTopic.State, "x[/FORMAT] [ADDRESS] [pid N]", "Shows memory at a virtual address",
    "FORMAT is a count, a letter and a size, each may be missing: x hexadecimal, d decimal, u unsigned, o octal, t binary, a address, c character, f float,\n"
        + "s string, i instruction; b 1 byte, h 2, w 4, g 8. Letter and size stay as they were in the last x, and without an address it goes on behind it.\n"
        + "The address is one of the process that runs, or of process N. Nothing is read that is not there, and no device.",
    "x/8gx rsp")
{
    private MemoryFormat format = MemoryFormat.Default;
    private ulong next;

    /// <inheritdoc/>
    public override bool TakesFormat => true;

    /// <inheritdoc/>
    public override bool RepeatsOnEmptyLine => false;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        if (MemoryFormat.TryParse(arguments.Format ?? "", format, out MemoryFormat asked) is { } wrong) throw new CommandException(wrong);
        ArgumentText text = arguments.TakeUntil("pid");
        GuestProcess? process = ProcessArgument.TakeOptional(context, arguments);
        ulong address = text.Text.Length == 0 ? next : context.Evaluate(text);
        format = asked;
        ulong? cr3 = ProcessArgument.TablesOf(process);
        AddressNamer namer = process is null ? context.Names.Namer : at => context.Session.Symbols.Resolve(at, process.Pid)?.ToString();
        if (asked.Letter == 'i') return Instructions(context, new VirtualAddress(address), asked.Count, cr3, namer);
        MemoryDump dump = new((at, bytes) => context.Session.Memory.Read(new VirtualAddress(at), bytes.Span, cr3), namer, "not mapped");
        IReadOnlyList<string> lines = dump.Lines(address, asked);
        next = dump.NextAddress;
        return lines;
    }

    private IReadOnlyList<string> Instructions(DebuggerContext context, VirtualAddress address, int count, ulong? cr3, AddressNamer namer)
    {
        Disassembler disassembler = new(context.Session.Memory, namer, cr3) { Bits = Disassembler.BitsOf(context.Session.Machine.Processor.Registers) };
        IReadOnlyList<DisassembledInstruction> instructions = disassembler.Decode(address, count);
        next = instructions[^1].Next.Value;
        return new DisassemblyReport { Arrow = context.Session.Machine.Processor.Registers.Rip, Namer = namer }.Lines(instructions);
    }
}
