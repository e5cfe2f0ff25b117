using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Debugging;

public class DebuggerHookTests
{
    private const ulong Data = SystemMachine.UserData;

    [Fact]
    public void InstructionHook_Set_IsCalledBeforeEachInstruction()
    {
        using SystemMachine machine = new();
        List<ulong> addresses = [];
        machine.Processor.InstructionHook = () => addresses.Add(machine.Registers.Rip.Value);
        machine.Load(a =>
        {
            a.nop();
            a.cmp(rax, rax);
            a.jne(SystemMachine.Code);
            a.inc(rax);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal([0ul, 1, 4, 6, 9], addresses.Select(address => address - SystemMachine.Code));
    }

    [Fact]
    public void MemoryHook_Set_SeesEveryAccess()
    {
        using SystemMachine machine = new();
        List<(ulong, int, AccessKind)> accesses = [];
        machine.Processor.MemoryHook = access => accesses.Add((access.Address.Value, access.LengthBytes, access.Kind));
        machine.Load(a =>
        {
            a.mov(rdi, Data + 0xffe);
            a.mov(eax, __dword_ptr[rdi]);
            a.push(rax);
            a.add(__word_ptr[rdi], ax);
            a.mov(ecx, 2);
            a.rep.stosw();
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal(
            [
                (Data + 0xffe, 2, AccessKind.Read), (Data + 0x1000, 2, AccessKind.Read), (SystemMachine.KernelStack - 8, 8, AccessKind.Write),
                (Data + 0xffe, 2, AccessKind.Write), (Data + 0xffe, 2, AccessKind.Write), (Data + 0x1000, 2, AccessKind.Write),
            ],
            accesses);
    }

    [Fact]
    public void Pause_FromADeviceInTheMiddleOfABlock_StopsBehindTheInstruction()
    {
        using SystemMachine machine = new();
        const ulong device = 0xf000_0000;
        machine.Machine.Mmio.Map(new(new(device), 4096), new PausingDevice(machine.Processor));
        machine.Write(SystemMachine.EntryOf(Data), device | 7);
        machine.Load(a =>
        {
            a.mov(rbx, Data);
            a.inc(rax);
            a.mov(__dword_ptr[rbx], eax);
            a.inc(rax);
            a.hlt();
        });
        Assert.Equal(StopReason.Paused, machine.Processor.Run(1000));
        Assert.Equal(1ul, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(3, machine.Processor.Counters.Instructions);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal(2ul, machine.Registers[GeneralRegister.Rax]);
    }

    [Fact]
    public void TlbEntries_AfterAccesses_AreThoseOfTheModel()
    {
        using SystemMachine machine = new(new ProcessorOptions { Tlb = TlbSpecification.Parse("toy") });
        machine.Load(a =>
        {
            a.mov(rbx, Data);
            a.mov(__dword_ptr[rbx], eax);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        PagingCounters paging = machine.Processor.Paging;
        long lookups = paging.DataLoadMisses + paging.DataStoreMisses + paging.FetchMisses;
        TlbEntryInfo data = Assert.Single(machine.Processor.TlbEntries(), entry => entry is { Level: 1, Kind: TlbKind.Data });
        Assert.Equal(
            (new VirtualAddress(Data), new PhysicalAddress(Data), 4096ul, true, false), (data.VirtualBase, data.PhysicalBase, data.SizeBytes, data.IsDirty, data.IsGlobal));
        Assert.True(data.Permissions is { IsWritable: true, IsUser: true, IsNoExecute: false });
        TlbEntryInfo code = Assert.Single(machine.Processor.TlbEntries(), entry => entry is { Level: 1, Kind: TlbKind.Instruction });
        Assert.Equal((0ul, 2ul << 20), (code.VirtualBase.Value, code.SizeBytes));
        Assert.Equal(lookups, paging.DataLoadMisses + paging.DataStoreMisses + paging.FetchMisses);
    }

    [Fact]
    public void PageTableWrites_Enabled_NamesTheLastWriterOfAnEntry()
    {
        using SystemMachine machine = new();
        ulong entry = SystemMachine.EntryOf(Data), cleared = SystemMachine.EntryOf(Data + 0x1000), wide = SystemMachine.EntryOf(Data + 0x3000);
        machine.Processor.PageTableWrites.IsEnabled = true;
        machine.Load(a =>
        {
            a.mov(rbx, Data);
            a.mov(eax, __dword_ptr[rbx]);   // the walk makes the table known
            a.mov(rbx, entry);
            a.mov(__qword_ptr[rbx], 0);
            a.mov(rdi, cleared);
            a.xor(eax, eax);
            a.mov(ecx, 8);
            a.rep.stosb();
            a.and(__byte_ptr[wide], ~2);
            a.hlt();
        });
        ulong before = machine.Read(cleared);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.True(machine.Processor.PageTableWrites.TryGetLast(new(entry), out PageTableWrite write));
        Assert.Equal((3L, Data | 7 | 0x20, 0ul), (write.Instruction, write.OldValue, write.NewValue));
        Assert.True(machine.Processor.PageTableWrites.TryGetLast(new(cleared), out write));
        Assert.Equal((7L, 0ul), (write.Instruction, write.NewValue));
        Assert.Equal(before & 0xff_0000, write.OldValue);   // STOSB's last step that changed it
        Assert.True(machine.Processor.PageTableWrites.TryGetLast(new(wide), out write));
        Assert.Equal(write.OldValue & ~2ul, write.NewValue);
        Assert.False(machine.Processor.PageTableWrites.TryGetLast(new(entry + 16), out _));
        machine.Processor.PageTableWrites.IsEnabled = false;
        Assert.False(machine.Processor.PageTableWrites.TryGetLast(new(entry), out _));
    }

    private sealed class PausingDevice(Processor processor) : X64Emu.Bus.IMmioDevice
    {
        public ulong Read(ulong offset, int sizeBytes) => 0;

        public void Write(ulong offset, int sizeBytes, ulong value) => processor.Pause();
    }
}
