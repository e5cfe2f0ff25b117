using X64Emu.Bus;
using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

/// <summary>What chips show of themselves to a debugger, and that showing it changes nothing.</summary>
public sealed class InspectionTests
{
    private readonly VirtualClock clock = new();

    [Fact]
    public void Uart_WithPendingTransmitterInterrupt_ShowsItAndKeepsIt()
    {
        Wire interrupt = new();
        Uart16550 uart = new(new StreamSerialBackend(Stream.Null, Stream.Null), interrupt, clock, "COM1");
        uart.Write(0x3fb, 1, 0x80);
        uart.Write(0x3f8, 1, 12);
        uart.Write(0x3fb, 1, 0x03);
        uart.Write(0x3f9, 1, 0x02);
        for (int look = 0; look < 2; look++)
        {
            Assert.Equal("0x02  interrupt pending: transmitter empty", Value(uart, "IIR"));
            Assert.Equal("0x02  interrupts enabled: transmitter empty", Value(uart, "IER"));
            Assert.Equal("0x03  8 data bits, no parity, 1 stop bit", Value(uart, "LCR"));
            Assert.Equal("0x000c  9600 baud", Value(uart, "DL"));
        }
        Assert.Equal(2u, uart.Read(0x3fa, 1));
        Assert.Equal("0x01  interrupt pending: none", Value(uart, "IIR"));
    }

    [Fact]
    public void LocalApic_WithRequestedVector_ShowsItAndReportsNoError()
    {
        Pic8259 pic = new(new Wire());
        LocalApic apic = new(clock, new Wire(), new Wire(), pic);
        apic.Write(0xf0, 4, 0x1ff);
        apic.Write(0x300, 4, 0x4_0041);
        Assert.Equal("requested: 0x41", Value(apic, "IRR"));
        Assert.Equal("0x1ff  spurious vector 0xff, enabled by software", Value(apic, "SVR"));
        Assert.Equal([0x41], apic.RequestedVectors);
        Assert.Equal(0x41, apic.NextVector);
        Assert.Equal(0x41, apic.AcknowledgeInterrupt());
        Assert.Equal([0x41], apic.InServiceVectors);
        Assert.Null(apic.NextVector);
        Assert.Equal("0x00000000  none", Value(apic, "ESR"));
    }

    [Fact]
    public void IoApic_OpenedPin_ShowsItsEntryBesideTheOthers()
    {
        LocalApic apic = new(clock, new Wire(), new Wire(), new Pic8259(new Wire()));
        IoApic ioApic = new(apic);
        ioApic.Write(0, 4, 0x10 + 2 * 4);
        ioApic.Write(0x10, 4, 0x8034);
        Assert.Equal("0x0000000000008034  low, open, vector 0x34, level, to APIC 0", Value(ioApic, "pin 4"));
        Assert.Equal("23 pins low and masked", Value(ioApic, "others"));
        Assert.Equal(0x34, ioApic.GetPin(4).Vector);
    }

    [Fact]
    public void Pic_RaisedLine_ShowsRequestMaskAndVector()
    {
        Pic8259 pic = new(new Wire());
        foreach ((ushort port, byte value) in (ReadOnlySpan<(ushort, byte)>)[(0x20, 0x11), (0x21, 0x20), (0x21, 4), (0x21, 1), (0x21, 0xef)])
            pic.Write(port, 1, value);
        pic.Lines[4].SetLevel(true);
        Assert.Equal(new PicLine(IsAsserted: true, IsRequested: true, IsInService: false, IsMasked: false, 0x24), pic.GetLine(4));
        Assert.Equal("0x10  00010000", Value(pic, "master IRR"));
        Assert.Equal("vectors from 0x20 on", Value(pic, "master state"));
        Assert.Equal(0x24, pic.AcknowledgeInterrupt());
        Assert.True(pic.GetLine(4).IsInService);
    }

    [Fact]
    public void Pit_HalfReadCount_IsNotAdvancedByALook()
    {
        Pit8254 pit = new(clock, new Wire());
        pit.Write(0x43, 1, 0x34);
        pit.Write(0x40, 1, 0x34);
        pit.Write(0x40, 1, 0x12);
        pit.Write(0x43, 1, 0);
        uint low = pit.Read(0x40, 1);
        Assert.Equal("mode 2, counts from 4660, now at 4660, latched 0x1234, gate high, output high (interrupt 0)", Value(pit, "channel 0"));
        Assert.Equal(0x1234u, low | pit.Read(0x40, 1) << 8);
    }

    [Fact]
    public void Rtc_Flags_SurviveALook()
    {
        using GuestRam ram = new(1 << 20);
        CmosRtc rtc = new(clock, new Wire(), ram);
        clock.AdvanceTo(2_000_000_000);
        Assert.Equal("2026-01-01 00:00:02", Value(rtc, "time"));
        Value(rtc, "register C");
        rtc.Write(0x70, 1, 0xc);
        Assert.NotEqual(0u, rtc.Read(0x71, 1) & 0x10);
    }

    [Fact]
    public void Clock_WaitingCallbacks_AreListedInOrderWithTheirPurpose()
    {
        clock.Schedule(30, () => { }, "late");
        clock.Schedule(10, () => { }, "early");
        clock.Schedule(10, () => { }, "early too");
        Assert.Equal([new PendingCallback(10, "early"), new(10, "early too"), new(30, "late")], clock.Pending);
    }

    [Fact]
    public void Pc_Devices_AllShowSomething()
    {
        using PcMachine machine = new(new PcMachineOptions { VirtioDevices = [new X64Emu.Devices.Virtio.VirtioRng(seed: 1)] });
        Assert.Equal(["local APIC", "I/O APIC", "PIC", "PIT", "RTC", "COM1", "COM2", "virtio slot 0"], machine.Devices.Select(device => device.Name));
        Assert.All(machine.Devices, device => Assert.NotEmpty(device.Chip.Inspect()));
        Assert.Equal("4  entropy source", Value(machine.Devices[^1].Chip, "device"));
        Assert.Equal("0xfeb00000, interrupt 5", machine.Devices[^1].Place);
    }

    private static string Value(IInspectable chip, string name) => Assert.Single(chip.Inspect(), row => row.Name == name).Value;
}
