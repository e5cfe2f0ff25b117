using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Memory;

/// <summary>Reading and writing guest memory from outside.</summary>
public sealed class DebugMemoryTests : IDisposable
{
    private readonly PagedPc machine = new();

    public void Dispose() => machine.Dispose();

    [Fact]
    public void Read_AcrossPages_FollowsTheTables()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x1000), 0x30_5000 | 7);
        machine.Memory.WritePhysical(new PhysicalAddress(PagedPc.Pages + 0xffe), [1, 2]);
        machine.Memory.WritePhysical(new PhysicalAddress(0x30_5000), [3, 4]);
        byte[] bytes = new byte[4];
        Assert.Equal(4, machine.Memory.Read(new VirtualAddress(PagedPc.Pages + 0xffe), bytes));
        Assert.Equal([1, 2, 3, 4], bytes);
    }

    [Fact]
    public void Read_UntilUnmapped_ReturnsWhatCameBefore()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x1000), 0);
        byte[] bytes = new byte[100];
        Assert.Equal(10, machine.Memory.Read(new VirtualAddress(PagedPc.Pages + 0xff6), bytes));
        Assert.Equal(0, machine.Memory.Read(new VirtualAddress(0x8000_0000_0000), bytes));
        Assert.False(machine.Memory.TryReadUInt64(new VirtualAddress(PagedPc.Pages + 0xffc), out _));
        Assert.Equal(0, machine.Memory.Read(new VirtualAddress(PagedPc.Pages + 0x1000), bytes));
    }

    [Fact]
    public void Read_AtTheEndOfTheSpace_DoesNotWrap()
    {
        machine.Write(PagedPc.Pdpt + 511 * 8, PagedPc.Directory | 7);
        machine.Write(PagedPc.Directory + 511 * 8, PagedPc.Table | 7);
        Assert.Equal(16, machine.Memory.Read(new VirtualAddress(ulong.MaxValue - 15), new byte[64]));
        Assert.False(machine.Memory.Write(new VirtualAddress(ulong.MaxValue), [1, 2]));
    }

    [Fact]
    public void Read_OtherTables_SeesTheirMemory()
    {
        const ulong Other = 0x3_0000;
        machine.Write(Other, PagedPc.Directory | 7);   // one level less: the directory serves as PDPT, the table as directory
        machine.Write(PagedPc.Pages + 8 * 5, 0);
        machine.Memory.WritePhysical(new PhysicalAddress(PagedPc.Pages), BitConverter.GetBytes(0x30_0000UL | 1));
        machine.Memory.WritePhysical(new PhysicalAddress(0x30_0000), [42]);
        byte[] one = new byte[1];
        Assert.Equal(1, machine.Memory.Read(new VirtualAddress(1UL << 30), one, Other));
        Assert.Equal(42, one[0]);
        Assert.Equal(0, machine.Memory.Read(new VirtualAddress(1UL << 30), one));
    }

    [Fact]
    public void Write_PartlyUnmapped_WritesNothing()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x1000), 0);
        Assert.False(machine.Memory.Write(new VirtualAddress(PagedPc.Pages + 0xffe), [1, 2, 3]));
        byte[] bytes = new byte[2];
        Assert.Equal(2, machine.Memory.Read(new VirtualAddress(PagedPc.Pages + 0xffe), bytes));
        Assert.Equal([0, 0], bytes);
    }

    [Fact]
    public void Write_ReadOnlyPage_IsWritten()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages), PagedPc.Pages | 1);
        Assert.True(machine.Memory.Write(new VirtualAddress(PagedPc.Pages + 8), BitConverter.GetBytes(7UL)));
        Assert.True(machine.Memory.TryReadUInt64(new VirtualAddress(PagedPc.Pages + 8), out ulong value));
        Assert.Equal(7UL, value);
    }

    [Fact]
    public void Write_CodeThatHasRun_TakesEffect()
    {
        machine.Load(a =>
        {
            a.mov(eax, 1);
            a.jmp(PagedPc.Code);
        });
        machine.Pc.Run(10);
        Assert.Equal(1UL, machine.Registers[GeneralRegister.Rax]);
        Assert.True(machine.Memory.Write(new VirtualAddress(PagedPc.Code + 1), [2]));
        machine.Pc.Run(10);
        Assert.Equal(2UL, machine.Registers[GeneralRegister.Rax]);
    }

    [Fact]
    public void Access_BetweenRuns_ChangesNoCountAndNoEntry()
    {
        void Program(Assembler a)
        {
            a.mov(rcx, __[PagedPc.Pages]);
            a.mov(__[PagedPc.Pages + 0x1000], rcx);
            a.jmp(PagedPc.Code);
        }
        using PagedPc undisturbed = new();
        undisturbed.Load(Program);
        machine.Load(Program);
        byte[] bytes = new byte[0x10_0000];
        for (int round = 0; round < 50; round++)
        {
            undisturbed.Pc.Run(7);
            machine.Pc.Run(7);
            Assert.Equal(bytes.Length, machine.Memory.Read(new VirtualAddress(PagedPc.Pages), bytes));
            _ = machine.Memory.PageTables.Scan(PagedPc.Pml4, default, new(ulong.MaxValue)).Count();
        }
        Assert.Equivalent(undisturbed.Pc.Processor.Paging, machine.Pc.Processor.Paging, strict: true);
        Assert.Equivalent(undisturbed.Pc.Processor.Counters, machine.Pc.Processor.Counters, strict: true);
        byte[] expected = new byte[PagedPc.MemoryBytes], actual = new byte[PagedPc.MemoryBytes];
        undisturbed.Memory.ReadPhysical(default, expected);
        machine.Memory.ReadPhysical(default, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Translate_PagingOff_AddressesArePhysical()
    {
        using PcMachine pc = new(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = 1 << 20 } });
        X64Emu.Debugging.Memory.DebugMemory memory = new(pc);
        pc.Processor.EnterProtectedMode();
        Assert.True(memory.TryTranslate(new VirtualAddress(0x1234), out PhysicalAddress physical));
        Assert.Equal(new PhysicalAddress(0x1234), physical);
        Assert.False(memory.TryTranslate(new VirtualAddress(1UL << 32), out _));
        Assert.Equal(16, memory.Read(new VirtualAddress((1 << 20) - 16), new byte[16]));
        Assert.Equal(16, memory.Read(new VirtualAddress((1 << 20) - 16), new byte[17]));
    }
}
