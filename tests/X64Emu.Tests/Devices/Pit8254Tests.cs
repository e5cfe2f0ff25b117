using X64Emu.Bus;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class Pit8254Tests
{
    private readonly VirtualClock clock = new();
    private readonly Wire interrupt = new();
    private readonly Pit8254 pit;

    public Pit8254Tests() => pit = new Pit8254(clock, interrupt);

    [Fact]
    public void Mode2_Channel0_InterruptsOncePerPeriod()
    {
        Program(0x34, 0x40, 11_932);
        int before = interrupt.Rises;
        RunFor(100_000_000);
        Assert.InRange(interrupt.Rises - before, 9, 10);
        RunFor(900_000_000);
        Assert.InRange(interrupt.Rises - before, 99, 100);
    }

    [Fact]
    public void Mode3_Channel0_IsHighForHalfThePeriod()
    {
        Program(0x36, 0x40, 0);
        Assert.True(interrupt.Level);
        RunFor(30_000_000);
        Assert.False(interrupt.Level);
        RunFor(25_000_000);
        Assert.True(interrupt.Level);
    }

    [Fact]
    public void Mode0_Channel0_RaisesOnceAtTheEnd()
    {
        Program(0x30, 0x40, 1193);
        Assert.False(interrupt.Level);
        RunFor(990_000);
        Assert.False(interrupt.Level);
        RunFor(20_000);
        Assert.True(interrupt.Level);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Mode4_Channel0_IsLowForOneTick()
    {
        Program(0x38, 0x40, 100);
        int rises = interrupt.Rises;
        Assert.True(interrupt.Level);
        RunFor(84_000);
        Assert.False(interrupt.Level);
        RunFor(2_000);
        Assert.Equal(rises + 1, interrupt.Rises);
    }

    [Fact]
    public void Channel2_CalibrationLoop_SeesTheOutputRiseOnTime()
    {
        // As Linux measures the TSC: mode 0, gate on, 50 ms, poll bit 5.
        pit.Write(0x61, 1, 1);
        Program(0xb0, 0x42, 59_659);
        ulong start = clock.NowNanoseconds;
        while ((pit.Read(0x61, 1) & 0x20) == 0) clock.AdvanceTo(clock.NowNanoseconds + 1000);
        Assert.InRange(clock.NowNanoseconds - start, 49_990_000UL, 50_010_000UL);
    }

    [Fact]
    public void Channel2_GateLow_HoldsTheCount()
    {
        pit.Write(0x61, 1, 1);
        Program(0xb0, 0x42, 10_000);
        RunFor(1_000_000);
        pit.Write(0x61, 1, 0);
        uint held = ReadCount(0x42, 0x80);
        RunFor(5_000_000);
        Assert.Equal(held, ReadCount(0x42, 0x80));
        Assert.InRange(held, 8_800u, 8_810u);
        pit.Write(0x61, 1, 1);
        RunFor(1_000_000);
        Assert.InRange(ReadCount(0x42, 0x80), 7_600u, 7_620u);
    }

    [Fact]
    public void Mode1_Channel2_StartsWhenTheGateRises()
    {
        Program(0xb2, 0x42, 1000);
        Assert.NotEqual(0u, pit.Read(0x61, 1) & 0x20);
        pit.Write(0x61, 1, 1);
        Assert.Equal(0u, pit.Read(0x61, 1) & 0x20);
        RunFor(1_000_000);
        Assert.NotEqual(0u, pit.Read(0x61, 1) & 0x20);
    }

    [Fact]
    public void Latch_Count_HoldsBothBytesOfOneMoment()
    {
        Program(0x34, 0x40, 0);
        RunFor(1_000_000);
        pit.Write(0x43, 1, 0x00);
        uint low = pit.Read(0x40, 1);
        RunFor(10_000_000);
        uint latched = low | pit.Read(0x40, 1) << 8;
        Assert.InRange(latched, 65_536u - 1_195, 65_536u - 1_190);
        Assert.InRange(ReadCount(0x40, 0x00), 65_536u - 13_130, 65_536u - 13_120);
    }

    [Fact]
    public void ReadBack_Status_TellsModeOutputAndNullCount()
    {
        pit.Write(0x43, 1, 0x34);
        pit.Write(0x43, 1, 0xe2);
        Assert.Equal(0xf4u, pit.Read(0x40, 1));
        pit.Write(0x40, 1, 0x10);
        pit.Write(0x40, 1, 0x27);
        pit.Write(0x43, 1, 0xe2);
        Assert.Equal(0xb4u, pit.Read(0x40, 1));
    }

    [Fact]
    public void BinaryCodedDecimal_Count_ReadsBackInDigits()
    {
        pit.Write(0x43, 1, 0x31);
        pit.Write(0x40, 1, 0x34);
        pit.Write(0x40, 1, 0x12);
        Assert.Equal(0x1234u, ReadCount(0x40, 0x00));
        RunFor(8_400);
        Assert.Equal(0x1224u, ReadCount(0x40, 0x00));
    }

    [Fact]
    public void AnyAccess_Random_NeverThrows()
    {
        Random random = new(4);
        ushort[] ports = [0x40, 0x41, 0x42, 0x43, 0x61];
        for (int step = 0; step < 50_000; step++)
        {
            pit.Write(ports[random.Next(5)], 1, (uint)random.Next(256));
            pit.Read(ports[random.Next(5)], 1);
            RunFor((ulong)random.Next(10_000));
        }
    }

    private uint ReadCount(ushort port, uint latch)
    {
        pit.Write(0x43, 1, latch);
        return pit.Read(port, 1) | pit.Read(port, 1) << 8;
    }

    private void Program(uint control, ushort port, uint count)
    {
        pit.Write(0x43, 1, control);
        pit.Write(port, 1, count & 0xff);
        pit.Write(port, 1, count >> 8);
    }

    private void RunFor(ulong nanoseconds)
    {
        ulong end = clock.NowNanoseconds + nanoseconds;
        while (clock.NextDeadlineNanoseconds <= end)
        {
            clock.AdvanceTo(clock.NextDeadlineNanoseconds);
            clock.RunDue();
        }
        clock.AdvanceTo(end);
    }
}
