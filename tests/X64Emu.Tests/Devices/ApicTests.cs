using X64Emu.Bus;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class ApicTests
{
    private const ulong TaskPriority = 0x80, EndOfInterrupt = 0xb0, Spurious = 0xf0, ErrorStatus = 0x280, CommandLow = 0x300, CommandHigh = 0x310;
    private const ulong LvtTimer = 0x320, LvtLint0 = 0x350, LvtLint1 = 0x360, LvtError = 0x370, InitialCount = 0x380, CurrentCount = 0x390, Divide = 0x3e0;
    private readonly VirtualClock clock = new();
    private readonly Wire interrupt = new();
    private readonly Wire nonMaskable = new();
    private readonly FixedController pic = new();
    private readonly LocalApic apic;
    private readonly IoApic ioApic;

    public ApicTests()
    {
        apic = new LocalApic(clock, interrupt, nonMaskable, pic);
        ioApic = new IoApic(apic);
    }

    [Fact]
    public void Reset_Registers_HaveManualValues()
    {
        Assert.Equal(0xfee0_0900UL, apic.BaseRegister);
        Assert.Equal(0xffUL, apic.Read(Spurious, 4));
        Assert.Equal(0x1_0000UL, apic.Read(LvtTimer, 4));
        Assert.Equal(0x14UL, apic.Read(0x30, 4) & 0xff);
        Assert.Equal(0xffff_ffffUL, apic.Read(0xe0, 4));
    }

    [Fact]
    public void SelfCommand_FixedVector_IsAcknowledgedByPriority()
    {
        Enable();
        SendSelf(0x41);
        SendSelf(0x52);
        SendSelf(0x43);
        Assert.True(interrupt.Level);
        Assert.Equal(0x52, apic.AcknowledgeInterrupt());
        Assert.False(interrupt.Level);
        Assert.Equal(0x50UL, apic.Read(0xa0, 4));
        Assert.Equal(1UL << (0x52 - 0x40), apic.Read(0x120, 4));
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.Equal(0x43, apic.AcknowledgeInterrupt());
        // 0x41 is of the same class as 0x43 and waits for its end.
        Assert.False(interrupt.Level);
        Assert.Equal(-1, apic.AcknowledgeInterrupt());
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.Equal(0x41, apic.AcknowledgeInterrupt());
    }

    [Fact]
    public void TaskPriority_AtOrAboveTheClass_HoldsBack()
    {
        Enable();
        apic.Write(TaskPriority, 4, 0x40);
        SendSelf(0x4f);
        Assert.False(interrupt.Level);
        Assert.Equal(0x8000UL, apic.Read(0x220, 4));
        apic.TaskPriority = 0x3f;
        Assert.True(interrupt.Level);
    }

    [Fact]
    public void Command_DestinationsAndShorthands_AreHonoured()
    {
        Enable();
        apic.Write(0x20, 4, 3UL << 24);
        apic.Write(CommandHigh, 4, 2UL << 24);
        apic.Write(CommandLow, 4, 0x41);
        Assert.False(interrupt.Level);
        apic.Write(CommandLow, 4, 0xc_0041);
        Assert.False(interrupt.Level);
        apic.Write(0xd0, 4, 0x02UL << 24);
        apic.Write(CommandLow, 4, 0x841);
        Assert.Equal(0x41, apic.AcknowledgeInterrupt());
        apic.Write(0xe0, 4, 0x0fff_ffff);
        apic.Write(0xd0, 4, 0x12UL << 24);
        apic.Write(CommandHigh, 4, 0x13UL << 24);
        apic.Write(CommandLow, 4, 0x851);
        Assert.Equal(0x51, apic.AcknowledgeInterrupt());
        apic.Write(CommandHigh, 4, 0x22UL << 24);
        apic.Write(CommandLow, 4, 0x861);
        Assert.Equal(-1, apic.AcknowledgeInterrupt());
        apic.Write(CommandHigh, 4, 3UL << 24);
        apic.Write(CommandLow, 4, 0x400);
        Assert.Equal(1, nonMaskable.Rises);
    }

    [Fact]
    public void Command_IllegalVector_SetsErrorStatusAndInterrupts()
    {
        Enable();
        apic.Write(LvtError, 4, 0xfe);
        SendSelf(0x0f);
        Assert.Equal(0UL, apic.Read(ErrorStatus, 4));
        apic.Write(ErrorStatus, 4, 0);
        Assert.Equal(0x20UL, apic.Read(ErrorStatus, 4));
        Assert.Equal(0xfe, apic.AcknowledgeInterrupt());
        apic.Write(ErrorStatus, 4, 0);
        Assert.Equal(0UL, apic.Read(ErrorStatus, 4));
    }

    [Fact]
    public void Timer_OneShot_InterruptsOnceAndCountsDown()
    {
        Enable();
        apic.Write(Divide, 4, 0x3);
        apic.Write(LvtTimer, 4, 0x40);
        apic.Write(InitialCount, 4, 100);
        Advance(800);
        Assert.Equal(50UL, apic.Read(CurrentCount, 4));
        Assert.False(interrupt.Level);
        Advance(800);
        Assert.Equal(0x40, apic.AcknowledgeInterrupt());
        Assert.Equal(0UL, apic.Read(CurrentCount, 4));
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Timer_Periodic_KeepsItsPhase()
    {
        Enable();
        apic.Write(Divide, 4, 0xb);
        apic.Write(LvtTimer, 4, 0x2_0040);
        apic.Write(InitialCount, 4, 1000);
        Advance(1007);
        Assert.Equal(0x40, apic.AcknowledgeInterrupt());
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.Equal(2000UL, clock.NextDeadlineNanoseconds);
        Assert.Equal(993UL, apic.Read(CurrentCount, 4));
        Advance(5000);
        Assert.Equal(0x40, apic.AcknowledgeInterrupt());
        Assert.Equal(7000UL, clock.NextDeadlineNanoseconds);
        apic.Write(LvtTimer, 4, 0x3_0040);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void Timer_TscDeadline_FiresAtTheValueAndDisarms()
    {
        Enable();
        apic.TscDeadline = 500;
        Assert.Equal(0UL, apic.TscDeadline);
        apic.Write(LvtTimer, 4, 0x4_0040);
        apic.TscDeadline = 500;
        apic.Write(InitialCount, 4, 7);
        Assert.Equal(500UL, apic.TscDeadline);
        Assert.Equal(0UL, apic.Read(InitialCount, 4));
        Advance(500);
        Assert.Equal(0x40, apic.AcknowledgeInterrupt());
        Assert.Equal(0UL, apic.TscDeadline);
        apic.TscDeadline = 900;
        apic.Write(LvtTimer, 4, 0x40);
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
    }

    [Theory]
    [InlineData(0x0, 2)]
    [InlineData(0x1, 4)]
    [InlineData(0x2, 8)]
    [InlineData(0x3, 16)]
    [InlineData(0x8, 32)]
    [InlineData(0x9, 64)]
    [InlineData(0xa, 128)]
    [InlineData(0xb, 1)]
    public void Timer_DivideConfiguration_FollowsTheManual(uint register, uint divisor)
    {
        Enable();
        apic.Write(Divide, 4, register);
        apic.Write(LvtTimer, 4, 0x40);
        apic.Write(InitialCount, 4, 10);
        Assert.Equal(10UL * divisor, clock.NextDeadlineNanoseconds);
    }

    [Fact]
    public void SoftwareDisable_LocalVectors_AreMasked()
    {
        Enable();
        apic.Write(LvtTimer, 4, 0x40);
        apic.Write(InitialCount, 4, 10);
        apic.Write(Spurious, 4, 0xff);
        Assert.Equal(0x1_0040UL, apic.Read(LvtTimer, 4));
        Assert.Equal(ulong.MaxValue, clock.NextDeadlineNanoseconds);
        apic.Write(LvtTimer, 4, 0x41);
        Assert.Equal(0x1_0041UL, apic.Read(LvtTimer, 4));
    }

    [Fact]
    public void Lint0_VirtualWireAndGlobalDisable_PassThePicThrough()
    {
        pic.Vector = 0x20;
        apic.Lint0.SetLevel(true);
        Assert.True(interrupt.Level);
        Assert.Equal(0x20, apic.AcknowledgeInterrupt());
        Enable();
        apic.Write(LvtLint0, 4, 0x1_0700);
        Assert.False(interrupt.Level);
        apic.BaseRegister = 0xfee0_0100;
        Assert.True(interrupt.Level);
        Assert.Equal(ulong.MaxValue, apic.Read(0x30, 4));
        Assert.Equal(0x20, apic.AcknowledgeInterrupt());
    }

    [Fact]
    public void Lint1_NonMaskable_PulsesTheNmiPin()
    {
        Enable();
        apic.Write(LvtLint1, 4, 0x400);
        apic.Lint1.SetLevel(true);
        apic.Lint1.SetLevel(true);
        apic.Lint1.SetLevel(false);
        Assert.Equal(1, nonMaskable.Rises);
        Assert.False(nonMaskable.Level);
    }

    [Fact]
    public void BaseRegister_Moved_IsAnnouncedAndKeepsTheProcessorBit()
    {
        int changes = 0;
        apic.BaseChanged += () => changes++;
        apic.BaseRegister = 0xd000_0c00;
        Assert.Equal(0xd000_0900UL, apic.BaseRegister);
        Assert.Equal(0xd000_0000UL, apic.BaseAddress.Value);
        apic.BaseRegister = 0xd000_0900;
        Assert.Equal(1, changes);
    }

    [Fact]
    public void IoApic_EdgePin_SendsOnePerRiseAndNoneWhileMasked()
    {
        Enable();
        ioApic.Pins[4].SetLevel(true);
        Redirect(4, 0x44);
        Assert.False(interrupt.Level);
        ioApic.Pins[4].SetLevel(false);
        ioApic.Pins[4].SetLevel(true);
        ioApic.Pins[4].SetLevel(true);
        Assert.Equal(0x44, apic.AcknowledgeInterrupt());
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.False(interrupt.Level);
    }

    [Fact]
    public void IoApic_LevelPin_RepeatsAfterEndWhileAsserted()
    {
        Enable();
        Redirect(9, 0x8049);
        ioApic.Pins[9].SetLevel(true);
        Assert.Equal(0x49, apic.AcknowledgeInterrupt());
        Assert.Equal(0xc049UL, ReadIoApic(0x10 + 18));
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.Equal(0x49, apic.AcknowledgeInterrupt());
        ioApic.Pins[9].SetLevel(false);
        apic.Write(EndOfInterrupt, 4, 0);
        Assert.False(interrupt.Level);
        Assert.Equal(0x8049UL, ReadIoApic(0x10 + 18));
    }

    [Fact]
    public void IoApic_Registers_IdentifyTwentyFourPins()
    {
        Assert.Equal(0x0017_0011UL, ReadIoApic(1));
        Assert.Equal(0x1_0000UL, ReadIoApic(0x10));
        ioApic.Write(0, 4, 0x11);
        ioApic.Write(0x10, 4, 0xff12_3456);
        Assert.Equal(0xff00_0000UL, ioApic.Read(0x10, 4));
        Assert.Equal(0UL, ReadIoApic(0x40));
    }

    [Fact]
    public void IoApic_NonMaskableMode_PulsesNmi()
    {
        Enable();
        Redirect(2, 0x400);
        ioApic.Pins[2].SetLevel(true);
        Assert.Equal(1, nonMaskable.Rises);
    }

    [Fact]
    public void AnyAccess_RandomRegisters_NeverThrows()
    {
        Random random = new(2);
        pic.Vector = 8;
        for (int step = 0; step < 50_000; step++)
        {
            ulong offset = (ulong)random.Next(0x1000);
            IMmioDevice device = random.Next(2) == 0 ? apic : ioApic;
            if (random.Next(2) == 0) device.Write(offset & ~3UL, 4, (ulong)random.NextInt64());
            else device.Read(offset, 1 << random.Next(4));
            ioApic.Pins[random.Next(IoApic.PinCount)].SetLevel(random.Next(2) == 0);
            apic.Lint0.SetLevel(random.Next(2) == 0);
            if (step % 8 == 0) apic.AcknowledgeInterrupt();
            if (step % 64 == 0) apic.TscDeadline = (ulong)random.NextInt64(1_000_000);
            Advance((ulong)random.Next(100));
        }
    }

    private void Enable() => apic.Write(Spurious, 4, 0x1ff);

    private void SendSelf(uint vector) => apic.Write(CommandLow, 4, 0x4_0000 | vector);

    private void Redirect(int pin, uint low)
    {
        ioApic.Write(0, 4, 0x11 + 2 * (ulong)pin);
        ioApic.Write(0x10, 4, 0);
        ioApic.Write(0, 4, 0x10 + 2 * (ulong)pin);
        ioApic.Write(0x10, 4, low);
    }

    private ulong ReadIoApic(uint register)
    {
        ioApic.Write(0, 4, register);
        return ioApic.Read(0x10, 4);
    }

    private void Advance(ulong nanoseconds)
    {
        clock.AdvanceTo(clock.NowNanoseconds + nanoseconds);
        clock.RunDue();
    }

    private sealed class FixedController : IInterruptController
    {
        public int Vector { get; set; } = -1;

        public int AcknowledgeInterrupt() => Vector;
    }
}
