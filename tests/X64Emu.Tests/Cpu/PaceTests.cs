using X64Emu.Cpu;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>What the run loop does with a pace: where it asks, and what it makes of the answers.</summary>
public sealed class PaceTests
{
    [Fact]
    public void Hlt_WithAPace_IdlesAsLongAsThePaceSays()
    {
        using SystemMachine machine = new();
        SteppedPace pace = new() { IdleNanoseconds = 300 };
        machine.Processor.Pace = pace;
        machine.Load(a =>
        {
            a.sti();
            a.hlt();
        });
        ulong woken = 0;
        machine.Machine.Clock.Schedule(1_000, () => woken = machine.Machine.Clock.NowNanoseconds);
        machine.Processor.Run(1_000);
        Assert.Equal(1_000UL, woken);
        Assert.Equal([1_000UL, 1_000UL, 1_000UL, 1_000UL], pace.Waits);
        Assert.Equal(1_000 - 2, machine.Processor.Counters.IdleNanoseconds);
    }

    [Fact]
    public void UserCode_WithAPace_IsCarriedAlong()
    {
        using SystemMachine machine = new();
        SteppedPace pace = new() { LeadNanoseconds = 50_000 };
        machine.Processor.Pace = pace;
        machine.EnterUser();
        machine.Load(a => a.hlt());
        machine.RunToHandler();
        // The handler's HLT has run too.
        Assert.Equal(50_000UL + 1, machine.Machine.Clock.NowNanoseconds);
        Assert.Equal(0, machine.Processor.Counters.IdleNanoseconds);
    }

    [Fact]
    public void KernelCode_WithAPace_SeesNoTimeButItsOwn()
    {
        using SystemMachine machine = new();
        machine.Processor.Pace = new SteppedPace { LeadNanoseconds = 50_000 };
        machine.Load(a =>
        {
            a.rdtsc();
            a.mov(esi, eax);
            a.int3();
        });
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(1_000));
        Assert.True(machine.Machine.Clock.NowNanoseconds < 10, $"{machine.Machine.Clock.NowNanoseconds} ns went by");
    }

    /// <summary>Passes a part of the time at each wait, and is always ahead by so much.</summary>
    private sealed class SteppedPace : IPace
    {
        private ulong now = 2;

        public ulong IdleNanoseconds { get; init; }

        public ulong LeadNanoseconds { get; init; }

        public List<ulong> Waits { get; } = [];

        public ulong Follow(ulong nowNanoseconds, ulong deadlineNanoseconds) => Math.Min(Math.Max(nowNanoseconds, LeadNanoseconds), deadlineNanoseconds);

        public ulong WaitUntil(ulong deadlineNanoseconds)
        {
            Waits.Add(deadlineNanoseconds);
            return now = Math.Min(now + IdleNanoseconds, deadlineNanoseconds);
        }
    }
}
