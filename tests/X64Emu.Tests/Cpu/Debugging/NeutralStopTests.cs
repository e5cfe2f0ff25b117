using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Debugging;

/// <summary>Stopping and going on changes no count and no result.</summary>
public class NeutralStopTests
{
    [Theory]
    [InlineData(1, "toy", false)]
    [InlineData(2, "toy", false)]
    [InlineData(3, "toy", false)]
    [InlineData(4, "zen3", false)]
    [InlineData(5, "toy;policy=lru", false)]
    [InlineData(6, "toy", true)]
    public void Run_RandomCodeWithManyStops_EndsAsWithoutAny(int seed, string tlb, bool reference)
    {
        ProcessorOptions options = new() { Tlb = TlbSpecification.Parse(tlb), ReferenceMode = reference };
        using RandomKernel free = new(seed, options);
        Assert.Equal(StopReason.Halted, free.Processor.Run(10_000_000));
        Assert.True(free.Processor.Counters.Interrupts > 3);
        Assert.True(free.Processor.Counters.Exceptions[14] > 3);

        Dictionary<long, string> trace = Trace(seed, options, free.Describe());
        using RandomKernel stopped = new(seed, options);
        int compared = Disturb(stopped, new Random(seed + 100), trace);
        Assert.Equal(free.Describe(), stopped.Describe());
        Assert.True(compared > 500, $"{compared} states compared");
    }

    /// <summary>Steps through all of it: the state after each instruction, by their number.</summary>
    private static Dictionary<long, string> Trace(int seed, ProcessorOptions options, string expectedEnd)
    {
        Dictionary<long, string> trace = [];
        using RandomKernel stepped = new(seed, options);
        while (stepped.Processor.Run(1) != StopReason.Halted) trace[stepped.Processor.Counters.Instructions] = stepped.State();
        Assert.Equal(expectedEnd, stepped.Describe());
        return trace;
    }

    private static int Disturb(RandomKernel kernel, Random random, Dictionary<long, string> trace)
    {
        Processor processor = kernel.Processor;
        List<VirtualAddress> seen = [];
        int compared = 0, calls = 0;
        while (true)
        {
            processor.InstructionHook = random.Next(10) == 0 ? () => calls++ : null;
            processor.MemoryHook = random.Next(10) == 0 ? _ => calls++ : null;
            processor.ExceptionHook = random.Next(5) == 0 ? PauseSometimes : null;
            switch (random.Next(10))
            {
                case 0 when seen.Count > 0: processor.Breakpoints.Add(seen[random.Next(seen.Count)]); break;
                case 1: processor.Breakpoints.Clear(); break;
                case 2: processor.Watchpoints.Add(new(SystemMachine.UserData + (ulong)random.Next(0x2100)), 16, (WatchAccess)random.Next(1, 4)); break;
                case 3: processor.Watchpoints.AddPhysical(new(SystemMachine.UserData + (ulong)random.Next(0x2100)), 3, WatchAccess.ReadWrite); break;
                case 4: processor.Watchpoints.Clear(); break;
                case 5: processor.PageTableWrites.IsEnabled ^= true; break;
            }
            StopReason reason = processor.Run(random.Next(3) == 0 ? 1 : random.Next(1, 200));
            if (reason == StopReason.Halted) return compared;
            seen.Add(kernel.Machine.Registers.Rip);
            bool isBetweenSteps = reason == StopReason.Watchpoint && processor.WatchHits[^1].Rip == kernel.Machine.Registers.Rip;
            // The same instruction count may be in front of or behind the delivery of an interrupt.
            if (isBetweenSteps || !trace.TryGetValue(processor.Counters.Instructions, out string? state)) continue;
            if (!state.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{kernel.Machine.Registers.Rip} "), StringComparison.Ordinal)) continue;
            Assert.Equal(state, kernel.State());
            compared++;
        }

        HookResult PauseSometimes(ExceptionInfo info)
        {
            if (random.Next(2) == 0) processor.Pause();
            return HookResult.Default;
        }
    }

    [Fact]
    public void Run_RipMovedWhileStoppedInABlock_ForgetsTheRestOfTheBlock()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            for (int count = 0; count < 10; count++) a.inc(rax);
            a.hlt();
        });
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(4));
        machine.Registers.Rip = new(SystemMachine.Code);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal(14ul, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(15, machine.Processor.Counters.Instructions);
    }

    [Fact]
    public void Run_CodeWrittenWhileStoppedInItsBlock_RunsTheNewCode()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            for (int count = 0; count < 10; count++) a.inc(rax);
            a.hlt();
        });
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(4));
        machine.LoadAt(SystemMachine.Code + 12, a =>
        {
            a.inc(rcx);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.Equal((4ul, 1ul), (machine.Registers[GeneralRegister.Rax], machine.Registers[GeneralRegister.Rcx]));
    }

    [Fact]
    public void Registers_WrittenWhileStoppedInABlock_AreThoseTheRestUses()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.cmp(rax, rcx);
            a.jne(SystemMachine.Code + 0x100);
            a.hlt();
        });
        machine.LoadAt(SystemMachine.Code + 0x100, a => a.hlt());
        machine.Registers[GeneralRegister.Rax] = 1;
        Assert.Equal(StopReason.InstructionLimit, machine.Processor.Run(1));
        machine.Registers.RFlags |= 0x40;
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
        Assert.True(machine.Registers.Rip.Value < SystemMachine.Code + 0x100);
    }

    [Fact]
    public void ExceptionHook_StopsAtASoftwareInterruptInABlock_GoesOnInTheBlock()
    {
        Assert.Equal(Run(stop: false), Run(stop: true));

        static string Run(bool stop)
        {
            using SystemMachine machine = new();
            machine.Load(a =>
            {
                a.inc(rax);
                a.@int(0x40);
            });
            bool asked = !stop;
            machine.Processor.ExceptionHook = _ =>
            {
                HookResult answer = asked ? HookResult.Default : HookResult.Stop;
                asked = true;
                return answer;
            };
            if (stop)
            {
                Assert.Equal(StopReason.Exception, machine.Processor.Run(1000));
                Assert.Equal(SystemMachine.Code + 3, machine.Registers.Rip.Value);
            }
            Assert.Equal(0x40, machine.RunToHandler());
            ExecutionCounters counters = machine.Processor.Counters;
            return $"{counters.Instructions} {counters.FetchLookups} {counters.Loads} {counters.Stores} {machine.Processor.Paging.FetchMisses}";
        }
    }

    [Fact]
    public void Breakpoint_Physical_StopsThroughEveryMapping()
    {
        using SystemMachine machine = new();
        machine.LoadAt(SystemMachine.User, a =>
        {
            a.nop();
            a.inc(rax);
            a.ret();
        });
        machine.Write(SystemMachine.EntryOf(SystemMachine.User + 0x5000), SystemMachine.User | 7);
        machine.Load(a =>
        {
            a.call(SystemMachine.User);
            a.call(SystemMachine.User + 0x5000);
            a.hlt();
        });
        machine.Processor.Breakpoints.AddPhysical(new(SystemMachine.User + 1));
        foreach (ulong page in (ReadOnlySpan<ulong>)[SystemMachine.User, SystemMachine.User + 0x5000])
        {
            Assert.Equal(StopReason.Breakpoint, machine.Processor.Run(1000));
            Assert.Equal(page + 1, machine.Registers.Rip.Value);
        }
        Assert.True(machine.Processor.Breakpoints.RemovePhysical(new(SystemMachine.User + 1)));
        Assert.Equal(StopReason.Halted, machine.Processor.Run(1000));
    }
}
