using FsCheck;
using FsCheck.Fluent;
using X64Emu.Bus;
using Xunit;

namespace X64Emu.Tests.Bus;

public sealed class VirtualClockTests
{
    [Fact]
    public void RunDue_SeveralDeadlines_RunsInOrderAndTiesAsScheduled()
    {
        VirtualClock clock = new();
        List<string> ran = [];
        clock.Schedule(30, () => ran.Add("c"));
        clock.Schedule(10, () => ran.Add("a1"));
        clock.Schedule(20, () => ran.Add("b"));
        clock.Schedule(10, () => ran.Add("a2"));
        Assert.Equal(10UL, clock.NextDeadlineNanoseconds);
        clock.RunDue();
        Assert.Empty(ran);
        clock.AdvanceTo(20);
        clock.RunDue();
        Assert.Equal(["a1", "a2", "b"], ran);
        Assert.Equal(30UL, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Cancel_WaitingCallback_NeverRuns()
    {
        VirtualClock clock = new();
        long handle = clock.Schedule(5, () => Assert.Fail("cancelled"));
        clock.Cancel(handle);
        clock.Cancel(handle);
        clock.Cancel(12345);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
        clock.AdvanceTo(10);
        clock.RunDue();
    }

    [Fact]
    public void Schedule_IntoThePastFromACallback_WaitsForTheNextRound()
    {
        VirtualClock clock = new();
        int runs = 0;
        void Again()
        {
            runs++;
            clock.Schedule(0, Again);
        }
        clock.Schedule(0, Again);
        clock.AdvanceTo(100);
        clock.RunDue();
        Assert.Equal(1, runs);
        Assert.Equal(101UL, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void AdvanceTo_EarlierTime_IsIgnored()
    {
        VirtualClock clock = new();
        clock.AdvanceTo(100);
        clock.AdvanceTo(50);
        Assert.Equal(100UL, clock.NowNanoseconds);
    }

    [Fact]
    public void Heap_RandomScheduleAndCancel_AgreesWithASortedList() => Prop.ForAll<byte[]>(operations =>
    {
        VirtualClock clock = new();
        List<(ulong Deadline, long Handle)> model = [];
        List<long> ran = [];
        foreach (byte operation in operations)
        {
            if (operation % 4 == 0 && model.Count > 0)
            {
                (ulong, long) victim = model[operation % model.Count];
                clock.Cancel(victim.Item2);
                model.Remove(victim);
                continue;
            }
            long handle = 0;
            ulong deadline = operation;
            handle = clock.Schedule(deadline, () => ran.Add(handle));
            model.Add((deadline, handle));
        }
        ulong next = model.Count == 0 ? ulong.MaxValue : model.Min(entry => entry.Deadline);
        bool sameNext = clock.NextDeadlineNanoseconds == next;
        clock.AdvanceTo(1000);
        clock.RunDue();
        return sameNext && ran.SequenceEqual(model.Order().Select(entry => entry.Handle));
    }).QuickCheckThrowOnFailure();
}
