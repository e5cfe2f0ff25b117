using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Tests.Debugging;

/// <summary>
/// A PC without a kernel: 64-bit code at CPL 0, the first 2 MiB mapped at their own addresses by one large page, and 2..4 MiB by the 4 KiB
/// entries of <see cref="Table"/>. The same page table appears a second time at <see cref="HighAlias"/>.
/// </summary>
internal sealed class PagedPc : IDisposable
{
    public const ulong Pml4 = 0x1_0000, Pdpt = 0x1_1000, Directory = 0x1_2000, Table = 0x1_3000;
    public const ulong Code = 0x6_0000, Stack = 0x8_0000, Pages = 0x20_0000;

    /// <summary>The address at which PML4 entry 511, directory entry 511 of its PDPT, shows the same pages.</summary>
    public const ulong HighAlias = 0xffff_ff80_0000_0000;

    public const ulong MemoryBytes = 16 << 20;

    public PagedPc()
    {
        Pc = new PcMachine(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = MemoryBytes } });
        Memory = new DebugMemory(Pc);
        Write(Pml4, Pdpt | 7);
        Write(Pml4 + 511 * 8, Pdpt | 7);
        Write(Pdpt, Directory | 7);
        Write(Directory, 0x83);
        Write(Directory + 8, Table | 7);
        for (ulong page = 0; page < 512; page++) Write(Table + page * 8, Pages + page * 4096 | 7);
        Pc.Processor.EnterProtectedMode();
        Registers.Cr4 = 0x6a0;
        Registers.Efer = 0x901;
        Registers.Cr3 = Pml4;
        Registers.Cr0 = 0x8001_0033;
        Registers.SetSegment(SegmentName.Cs, new SegmentRegister(8, 0, uint.MaxValue, 0xa09b));
        Registers[GeneralRegister.Rsp] = Stack;
        Registers.Rip = new VirtualAddress(Code);
    }

    public PcMachine Pc { get; }

    public DebugMemory Memory { get; }

    public ProcessorRegisters Registers => Pc.Processor.Registers;

    /// <summary>Where the page-table entry for a page from <see cref="Pages"/> on is.</summary>
    public static ulong EntryOf(ulong address) => Table + (address - Pages >> 12) * 8;

    public void Write(ulong physical, ulong value) => Memory.WritePhysical(new PhysicalAddress(physical), BitConverter.GetBytes(value));

    /// <summary>Puts code where RIP is.</summary>
    public void Load(Action<Assembler> write)
    {
        Assembler assembler = new(64);
        write(assembler);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), Registers.Rip.Value);
        Memory.WritePhysical(new PhysicalAddress(Registers.Rip.Value), code.ToArray());
    }

    public void Dispose() => Pc.Dispose();
}
