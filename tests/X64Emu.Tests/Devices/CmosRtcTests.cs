using X64Emu.Bus;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class CmosRtcTests : IDisposable
{
    private const ulong Second = 1_000_000_000;
    private readonly VirtualClock clock = new();
    private readonly Wire interrupt = new();
    private readonly GuestRam ram = new(5UL << 30);
    private readonly CmosRtc rtc;

    public CmosRtcTests() => rtc = new CmosRtc(clock, interrupt, ram);

    public void Dispose() => ram.Dispose();

    [Fact]
    public void Time_AtReset_IsTheFixedDateInBinaryCodedDecimal()
    {
        Advance(13 * 3600 * Second + 25 * 60 * Second + 7 * Second);
        Assert.Equal([0x07u, 0x25u, 0x13u, 0x05u, 0x01u, 0x01u, 0x26u, 0x20u], Digits());
        Assert.Equal(2u, Read(0xb));
        Assert.Equal(0x80u, Read(0xd));
    }

    [Fact]
    public void Time_BinaryTwelveHour_SetsTheAfternoonBit()
    {
        Write(0xb, 0x04);
        Advance(13 * 3600 * Second);
        Assert.Equal(0x81u, Read(4));
        Advance(11 * 3600 * Second);
        Assert.Equal(12u, Read(4));
        Assert.Equal(26u, Read(9));
    }

    [Fact]
    public void Time_SetByTheGuest_RunsOnFromThere()
    {
        Advance(100 * Second);
        Write(0xb, 0x82);
        (int, uint)[] digits = [(0, 0x58), (2, 0x59), (4, 0x23), (7, 0x28), (8, 0x02), (9, 0x24), (0x32, 0x20)];
        foreach ((int register, uint value) in digits) Write(register, value);
        Advance(5 * Second);
        Assert.Equal(0x58u, Read(0));
        Write(0xb, 0x02);
        Advance(2 * Second);
        Assert.Equal([0x00u, 0x00u, 0x00u, 0x05u, 0x29u, 0x02u, 0x24u, 0x20u], Digits());
    }

    [Fact]
    public void WallClock_Given_IsTheStart()
    {
        CmosRtc wall = new(clock, interrupt, ram, new FixedTime());
        wall.Write(0x70, 1, 9);
        Assert.Equal(0x31u, wall.Read(0x71, 1));
    }

    [Fact]
    public void UpdateInProgress_ShowsBeforeTheSecondTurns()
    {
        Advance(Second - 100_000);
        Assert.Equal(0xa6u, Read(0xa));
        Advance(100_000);
        Assert.Equal(0x26u, Read(0xa));
    }

    [Fact]
    public void PeriodicInterrupt_At1024Hertz_RaisesAgainAfterTheFlagsAreRead()
    {
        Write(0xb, 0x42);
        Advance(976_562);
        Assert.True(interrupt.Level);
        Assert.Equal(0xc0u, Read(0xc));
        Assert.False(interrupt.Level);
        Assert.Equal(0u, Read(0xc));
        int before = interrupt.Rises;
        for (int tick = 0; tick < 1024; tick++)
        {
            Advance(976_563);
            Read(0xc);
        }
        Assert.InRange(interrupt.Rises - before, 1023, 1025);
    }

    [Fact]
    public void UpdateAndAlarm_Interrupts_ComeAtTheirSecond()
    {
        Write(1, 0x03);
        Write(3, 0xff);
        Write(5, 0xff);
        Write(0xb, 0x22);
        Advance(2 * Second);
        Assert.False(interrupt.Level);
        Advance(Second);
        Assert.True(interrupt.Level);
        Assert.Equal(0xf0u, Read(0xc) | 0x40);
        Write(0xb, 0x12);
        Advance(Second);
        Assert.Equal(0x90u, Read(0xc) & 0xbf);
        Write(0xb, 0x02);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void MemorySize_Bytes_TellOfBothParts()
    {
        Assert.Equal(640u, Read(0x15) | Read(0x16) << 8);
        Assert.Equal(0xffffu, Read(0x17) | Read(0x18) << 8);
        Assert.Equal(((3u << 30) - (16u << 20)) >> 16, Read(0x34) | Read(0x35) << 8);
        Assert.Equal(2u << 14, Read(0x5b) | Read(0x5c) << 8 | Read(0x5d) << 16);
    }

    [Fact]
    public void AnyAccess_Random_NeverThrows()
    {
        Random random = new(6);
        for (int step = 0; step < 50_000; step++)
        {
            Write(random.Next(0x80), (uint)random.Next(256));
            Read(random.Next(256));
            Advance((ulong)random.NextInt64(3 * (long)Second));
        }
    }

    private uint[] Digits() => [Read(0), Read(2), Read(4), Read(6), Read(7), Read(8), Read(9), Read(0x32)];

    private uint Read(int register)
    {
        rtc.Write(0x70, 1, (uint)register);
        return rtc.Read(0x71, 1);
    }

    private void Write(int register, uint value)
    {
        rtc.Write(0x70, 1, (uint)register);
        rtc.Write(0x71, 1, value);
    }

    private void Advance(ulong nanoseconds)
    {
        clock.AdvanceTo(clock.NowNanoseconds + nanoseconds);
        clock.RunDue();
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
    }
}
