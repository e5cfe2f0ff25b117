using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Debugging;

public class WatchpointTests
{
    private const ulong Watched = SystemMachine.UserData + 0x100;

    [Fact]
    public void Watchpoint_WriteToTheRange_StopsBehindTheInstruction()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rbx, Watched);
            a.mov(rcx, __qword_ptr[rbx]);      // a read does not concern it
            a.mov(__qword_ptr[rbx + 8], rax);  // nor the neighbour
            a.mov(__dword_ptr[rbx + 4], eax);
            a.inc(rdx);
            a.hlt();
        });
        int id = machine.Processor.Watchpoints.Add(new(Watched), 8, WatchAccess.Write);
        Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1000));
        WatchHit hit = Assert.Single(machine.Processor.WatchHits);
        Assert.Equal((id, Watched + 4, 4, AccessKind.Write), (hit.Id, hit.Address.Value, hit.LengthBytes, hit.Kind));
        Assert.Equal(AccessOrigin.Instruction, hit.Origin);
        Assert.Equal(4, machine.Processor.Counters.Instructions);
        Assert.True(hit.Rip.Value < machine.Registers.Rip.Value);
        Assert.Equal(0ul, machine.Registers[GeneralRegister.Rdx]);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
    }

    [Fact]
    public void Watchpoint_Removed_NoLongerStops()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rbx, Watched);
            a.mov(__qword_ptr[rbx], rax);
            a.hlt();
        });
        int id = machine.Processor.Watchpoints.Add(new(Watched), 8, WatchAccess.ReadWrite);
        Assert.True(machine.Processor.Watchpoints.Remove(id));
        Assert.False(machine.Processor.Watchpoints.Remove(id));
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
    }

    [Theory]
    [InlineData(0ul, WatchAccess.Write)]
    [InlineData(1ul + (1 << 30), WatchAccess.Write)]
    [InlineData(8ul, WatchAccess.None)]
    public void Add_WrongRange_Throws(ulong lengthBytes, WatchAccess access)
    {
        using SystemMachine machine = new();
        Assert.Throws<ArgumentException>(() => machine.Processor.Watchpoints.Add(new(Watched), lengthBytes, access));
        Assert.Throws<ArgumentException>(() => machine.Processor.Watchpoints.Add(new(ulong.MaxValue), 2, WatchAccess.Write));
    }
}
