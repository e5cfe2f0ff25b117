using X64Emu.Bus;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu;

/// <summary>The interrupt controllers of a PC and the wires between them, the timers and the processor.</summary>
/// <remarks>ISA interrupts end at both the 8259 pair and the I/O APIC, where interrupt 0 is on pins 0 and 2; the pair's output goes to LINT0.</remarks>
internal sealed class PcInterrupts
{
    private const int IsaInterruptCount = 16;
    private const int TimerInterrupt = 0, CascadeInterrupt = 2, ClockInterrupt = 8;
    private const int TimerPin = 2;

    /// <summary>Adds the chips to a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="wallClock">What the real-time clock is set by; null for a fixed date.</param>
    public PcInterrupts(Machine machine, TimeProvider? wallClock)
    {
        LocalApic? localApic = null;
        Pic8259 pic = new(new CallbackLine(level => localApic!.Lint0.SetLevel(level)));
        LocalApic = localApic = new LocalApic(machine.Clock, machine.Processor.InterruptRequest, machine.Processor.NonMaskableInterrupt, pic);
        machine.Processor.InterruptController = localApic;
        machine.Processor.LocalApic = localApic;
        IoApic ioApic = new(localApic);
        machine.Mmio.Map(new PhysicalMemoryRange(new PhysicalAddress(IoApic.DefaultBase), IoApic.RangeBytes), ioApic);

        IInterruptLine[] isa = new IInterruptLine[IsaInterruptCount];
        for (int number = 0; number < isa.Length; number++)
        {
            // A PC's interrupt 2 is the cascade of the pair, so its pin serves the timer; pin 0 has the timer too.
            isa[number] = number switch
            {
                TimerInterrupt => new InterruptFanOut(pic.Lines[number], ioApic.Pins[number], ioApic.Pins[TimerPin]),
                CascadeInterrupt => DisconnectedLine.Instance,
                _ => new InterruptFanOut(pic.Lines[number], ioApic.Pins[number]),
            };
        }
        Isa = isa;
        pic.MapTo(machine.Ports);
        Pit8254 pit = new(machine.Clock, isa[TimerInterrupt]);
        pit.MapTo(machine.Ports);
        CmosRtc rtc = new(machine.Clock, isa[ClockInterrupt], machine.Ram, wallClock);
        machine.Ports.Map(CmosRtc.Port, 2, rtc);
        Pic = pic;
        IoApic = ioApic;
        Devices =
        [
            new("local APIC", "in the processor", localApic),
            new("I/O APIC", $"0x{IoApic.DefaultBase:x}", ioApic),
            new("PIC", $"ports 0x{Pic8259.MasterPort:x} and 0x{Pic8259.SlavePort:x}", pic),
            new("PIT", $"ports 0x{Pit8254.Port:x} to 0x{Pit8254.Port + 3:x}, interrupt {TimerInterrupt}", pit),
            new("RTC", $"ports 0x{CmosRtc.Port:x} and 0x{CmosRtc.Port + 1:x}, interrupt {ClockInterrupt}", rtc),
        ];
    }

    /// <summary>The local APIC, which the caller maps.</summary>
    public LocalApic LocalApic { get; }

    /// <summary>The 8259 pair.</summary>
    public Pic8259 Pic { get; }

    /// <summary>The I/O APIC.</summary>
    public IoApic IoApic { get; }

    /// <summary>The chips, for a debugger.</summary>
    public IReadOnlyList<InspectableDevice> Devices { get; }

    /// <summary>ISA interrupts 0..15, which are the global system interrupts of the same numbers, but for the timer's.</summary>
    public IReadOnlyList<IInterruptLine> Isa { get; }
}
