using Xunit;

namespace X64Emu.Tests;

public sealed class WallClockPaceTests
{
    private const ulong Millisecond = 1_000_000;
    private readonly HandClock host = new();
    private readonly List<TimeSpan> waits = [];
    private readonly WallClockPace pace;
    private TimeSpan? inputAfter;

    public WallClockPaceTests()
    {
        pace = new WallClockPace(host, Wait);
        host.Advance(TimeSpan.FromHours(1));
        pace.Start();
    }

    [Fact]
    public void WaitUntil_TimerNotDueYet_WaitsForItAndNoLonger()
    {
        Assert.Equal(5 * Millisecond, pace.WaitUntil(5 * Millisecond));
        Assert.Equal([TimeSpan.FromMilliseconds(5)], waits);
    }

    [Fact]
    public void WaitUntil_PartOfAMillisecond_IsOneWait()
    {
        Assert.Equal(1UL, pace.WaitUntil(1));
        Assert.Equal([TimeSpan.FromMilliseconds(1)], waits);
    }

    [Fact]
    public void WaitUntil_InputComes_EndsAtTheHostsTime()
    {
        inputAfter = TimeSpan.FromMilliseconds(2);
        Assert.Equal(2 * Millisecond, pace.WaitUntil(5 * Millisecond));
    }

    [Fact]
    public void WaitUntil_HostIsLate_GoesToTheTimerWithoutWaiting()
    {
        host.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(5 * Millisecond, pace.WaitUntil(5 * Millisecond));
        Assert.Equal(6 * Millisecond, pace.WaitUntil(6 * Millisecond));
        Assert.Empty(waits);
    }

    [Fact]
    public void WaitUntil_TimerInCenturies_WaitsInPortions()
    {
        Assert.Equal(60_000 * Millisecond, pace.WaitUntil(ulong.MaxValue - 1));
        Assert.Equal([TimeSpan.FromMinutes(1)], waits);
    }

    [Fact]
    public void Follow_SlowMachine_CatchesUpWithTheHost()
    {
        host.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal(3 * Millisecond, pace.Follow(1 * Millisecond, ulong.MaxValue));
        Assert.Empty(waits);
    }

    [Fact]
    public void Follow_TimerDueBefore_StopsAtIt()
    {
        host.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2 * Millisecond, pace.Follow(1 * Millisecond, 2 * Millisecond));
    }

    [Fact]
    public void Follow_FastMachine_WaitsForTheHost()
    {
        Assert.Equal(30 * Millisecond, pace.Follow(30 * Millisecond, ulong.MaxValue));
        Assert.Equal([TimeSpan.FromMilliseconds(30)], waits);
    }

    [Fact]
    public void Follow_OverdueTimer_NeverGoesBack()
    {
        host.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal(2 * Millisecond, pace.Follow(2 * Millisecond, 1 * Millisecond));
    }

    private void Wait(TimeSpan time)
    {
        waits.Add(time);
        host.Advance(inputAfter is { } sooner && sooner < time ? sooner : time);
    }

    /// <summary>A clock that goes on by hand.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
