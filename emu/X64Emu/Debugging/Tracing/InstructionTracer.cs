using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Tracing;

/// <summary>A line for each instruction before it runs: address, symbol, disassembly.</summary>
internal sealed class InstructionTracer : Tracer
{
    private readonly AddressNamer? namer;
    private Disassembler disassembler;
    private int bits;

    public InstructionTracer(DebugSession session, TextWriter writer, AddressNamer? namer)
        : base(session, writer)
    {
        this.namer = namer;
        disassembler = new Disassembler(session.Memory, namer);
        Attach();
    }

    private protected override void Attach()
    {
        bits = 0;
        Session.Machine.Processor.InstructionHook = Executing;
    }

    private protected override void Detach() => Session.Machine.Processor.InstructionHook = null;

    private void Executing()
    {
        ProcessorRegisters registers = Session.Machine.Processor.Registers;
        int width = Disassembler.BitsOf(registers);
        if (width != bits)
        {
            bits = width;
            disassembler = new Disassembler(Session.Memory, namer) { Bits = bits };
        }
        VirtualAddress rip = registers.Rip;
        string place = namer?.Invoke(rip) is { } name ? $"{rip} <{name}>" : $"{rip}";
        Write($"{place}:\t{disassembler.DecodeOne(rip).Text}");
    }
}
