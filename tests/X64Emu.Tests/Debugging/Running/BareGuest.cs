using Iced.Intel;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Running;

/// <summary>A debugging session over code without a kernel; labels in the code are places that tests name.</summary>
internal sealed class BareGuest : IDisposable
{
    private const int ExitPort = 0xf4, TracePort = 0xc50;
    private readonly Action<Assembler> write;
    private readonly List<PagedPc> machines = [];

    public BareGuest(Action<Assembler> write, long instructionLimit = long.MaxValue)
    {
        this.write = write;
        Session = new DebugSession(new DebugSessionOptions { CreateMachine = CreateMachine, InstructionLimit = instructionLimit });
    }

    public DebugSession Session { get; }

    /// <summary>The address of the code's instruction number <paramref name="index"/>, in the order it was written.</summary>
    public VirtualAddress Instruction(int index)
    {
        Assembler assembler = new(64);
        write(assembler);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), PagedPc.Code);
        Decoder decoder = Decoder.Create(64, code.ToArray(), PagedPc.Code);
        for (; index > 0; index--) decoder.Decode();
        return new VirtualAddress(decoder.IP);
    }

    /// <summary>Ends the machine with a value.</summary>
    public static void Exit(Assembler a, uint value)
    {
        a.mov(eax, value);
        a.mov(dx, ExitPort);
        a.@out(dx, eax);
    }

    /// <summary>Reports the 64-byte record at a physical address, as a kernel does.</summary>
    public static void Report(Assembler a, uint record)
    {
        a.mov(eax, record);
        a.mov(dx, TracePort);
        a.@out(dx, eax);
    }

    /// <summary>Puts a trace record into the memory of the present machine.</summary>
    public void WriteRecord(ulong at, uint kind, uint pid, ulong address = 0, ulong rip = 0, ulong argument0 = 0, ulong argument1 = 0)
    {
        PagedPc pc = machines[^1];
        pc.Write(at, kind | (ulong)pid << 32);
        pc.Write(at + 8, address);
        pc.Write(at + 16, rip);
        pc.Write(at + 24, argument0);
        pc.Write(at + 32, argument1);
    }

    public void Dispose()
    {
        Session.Dispose();
        foreach (PagedPc machine in machines) machine.Dispose();
    }

    private PcMachine CreateMachine()
    {
        PagedPc machine = new();
        machines.Add(machine);
        machine.Load(write);
        return machine.Pc;
    }
}
