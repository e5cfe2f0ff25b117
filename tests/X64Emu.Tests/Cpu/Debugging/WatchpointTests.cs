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

    [Fact]
    public void Watchpoint_EveryKindOfAccess_StopsBehindItWithExactFlags()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rbx, Watched);
            a.mov(eax, 5);
            a.mov(__dword_ptr[rbx], 5);
            a.sub(__dword_ptr[rbx], eax);          // its flags are dead
            a.cmp(__dword_ptr[rbx], 7);            // fused with the jump
            a.jb(SystemMachine.Code + 0x40);
        });
        machine.LoadAt(SystemMachine.Code + 0x40, a =>
        {
            a.movups(xmm0, __xmmword_ptr[rbx - 8]);
            a.@lock.xadd(__qword_ptr[rbx], rcx);
            a.mov(rsp, rbx);
            a.add(rsp, 8);
            a.push(rax);
            a.pop(rdx);
            a.call(SystemMachine.Code + 0x80);
        });
        machine.LoadAt(SystemMachine.Code + 0x80, a => a.hlt());
        machine.Processor.Watchpoints.Add(new(Watched), 4, WatchAccess.ReadWrite);
        List<(long, ulong)> stops = [];
        while (machine.Processor.Run(1000) == StopReason.Watchpoint)
        {
            WatchHit hit = Assert.Single(machine.Processor.WatchHits);
            stops.Add((machine.Processor.Counters.Instructions, machine.Registers.RFlags & 0x8d5));
            Assert.Equal(SystemMachine.Pml4, hit.Cr3);
        }
        const ulong zero = 0x44, borrow = 0x95;   // ZF PF; SF AF CF and PF or not
        Assert.Equal([3, 4, 5, 7, 8, 11, 12, 13], stops.Select(stop => stop.Item1));
        Assert.Equal(zero, stops[1].Item2);
        Assert.Equal(borrow & 0x91, stops[2].Item2 & 0x91);
    }

    [Fact]
    public void Watchpoint_RepeatedString_StopsBehindTheStepThatTouched()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rdi, Watched - 0x10);
            a.mov(ecx, 0x40);
            a.rep.stosb();
            a.hlt();
        });
        machine.Processor.Watchpoints.AddPhysical(new(Watched), 2, WatchAccess.Write);
        foreach (ulong step in (ReadOnlySpan<ulong>)[0, 1])
        {
            Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1000));
            Assert.Equal((Watched + 1 + step, 0x2f - step), (machine.Registers[GeneralRegister.Rdi], machine.Registers[GeneralRegister.Rcx]));
            Assert.Equal(machine.Processor.WatchHits[0].Rip, machine.Registers.Rip);
            Assert.Equal(2, machine.Processor.Counters.Instructions);
        }
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal(0x40, machine.Processor.Counters.Stores);
    }

    [Fact]
    public void Watchpoint_LongRepetitionWithStops_CountsAsWithout()
    {
        string free = Fill(watch: false), stopped = Fill(watch: true);
        Assert.Equal(free, stopped);

        static string Fill(bool watch)
        {
            using SystemMachine machine = new();
            int interrupts = 0;
            machine.Machine.Clock.Schedule(1, () => interrupts++);
            machine.Load(a =>
            {
                a.mov(ebx, 4);
                a.mov(edi, 0x42_0000);
                a.mov(ecx, 200_000);
                a.rep.stosb();
                a.hlt();
            });
            if (watch)
            {
                foreach (ulong address in (ReadOnlySpan<ulong>)[0x42_0000, 0x42_7fff, 0x43_0000, 0x43_ffff, 0x44_0001])
                    machine.Processor.Watchpoints.Add(new(address), 1, WatchAccess.Write);
            }
            int stops = 0;
            while (machine.Processor.Run(1000) == StopReason.Watchpoint) stops++;
            Assert.Equal(watch ? 5 : 0, stops);
            PagingCounters paging = machine.Processor.Paging;
            return $"{machine.Processor.Counters.Stores} {machine.Processor.Counters.FetchLookups} {paging.FetchMisses} {paging.DataStoreMisses} {paging.Walks2M}";
        }
    }

    [Fact]
    public void Watchpoint_AccessAcrossPages_IsSeenOnBoth()
    {
        using SystemMachine machine = new();
        const ulong boundary = SystemMachine.UserData + 0x1000;
        machine.Write(SystemMachine.EntryOf(boundary), SystemMachine.User + 0x9000 | 7);
        machine.Load(a =>
        {
            a.mov(rbx, boundary - 4);
            a.mov(__qword_ptr[rbx], rax);
            a.hlt();
        });
        machine.Processor.Watchpoints.AddPhysical(new(SystemMachine.User + 0x9002), 1, WatchAccess.Write);
        Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1000));
        WatchHit hit = Assert.Single(machine.Processor.WatchHits);
        Assert.Equal((boundary, SystemMachine.User + 0x9000, 4), (hit.Address.Value, hit.Physical.Value, hit.LengthBytes));
    }

    [Fact]
    public void Watchpoint_InstructionThatFaults_IsReportedWhenItCompletes()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rsi, Watched);
            a.mov(rdi, SystemMachine.Absent);
            a.movsq();
            a.hlt();
        });
        machine.Processor.Watchpoints.Add(new(Watched), 1, WatchAccess.Read);
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(1000));
        Assert.Empty(machine.Processor.WatchHits);
        machine.Write(SystemMachine.EntryOf(SystemMachine.Absent), SystemMachine.User | 7);
        Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1000));
        Assert.Single(machine.Processor.WatchHits);
    }

    [Fact]
    public void Watchpoint_FrameOfAnException_IsTheProcessorsOwnAccess()
    {
        using SystemMachine machine = new();
        machine.Load(a => a.ud2());
        machine.Processor.Watchpoints.Add(new(SystemMachine.KernelStack - 40), 8, WatchAccess.Write);
        Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1000));
        WatchHit hit = Assert.Single(machine.Processor.WatchHits);
        Assert.Equal((AccessOrigin.Processor, SystemMachine.Code), (hit.Origin, hit.Rip.Value));
        Assert.Equal(SystemMachine.Handlers + 6 * 16, machine.Registers.Rip.Value);
    }

    [Fact]
    public void Watchpoint_DeviceThatWritesMemory_IsSeenAtPhysicalRanges()
    {
        using SystemMachine machine = new();
        machine.Machine.Clock.Schedule(100, () => machine.Machine.Memory.Write(new(Watched + 4), new byte[16]));
        machine.Load(a => a.jmp(SystemMachine.Code));
        machine.Processor.Watchpoints.AddPhysical(new(Watched), 8, WatchAccess.Write);
        machine.Machine.Memory.Write(new(Watched), [1]);   // the debugger's own
        Assert.Equal(StopReason.Watchpoint, machine.Processor.Run(1_000_000));
        WatchHit hit = Assert.Single(machine.Processor.WatchHits);
        Assert.Equal((AccessOrigin.Device, Watched + 4, 16), (hit.Origin, hit.Physical.Value, hit.LengthBytes));
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(1000));
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
