using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>An Intel 82093AA I/O APIC with 24 pins: turns wires into messages to the local APIC.</summary>
/// <remarks>Wires carry assertion, not voltage, so the polarity bit is kept but means nothing.</remarks>
public sealed class IoApic : IMmioDevice, IInspectable
{
    /// <summary>Where the registers lie.</summary>
    public const ulong DefaultBase = 0xfec0_0000;

    /// <summary>How much of the address space they take.</summary>
    public const ulong RangeBytes = 0x1000;

    /// <summary>The number of pins, and of global system interrupts.</summary>
    public const int PinCount = 24;

    private const uint Version = (PinCount - 1) << 16 | 0x11;
    private const int FirstRedirectionRegister = 0x10;
    private const ulong ReadOnlyBits = RemoteIrr | 1UL << 12;
    private const ulong RemoteIrr = 1UL << 14;
    private const ulong LevelTrigger = 1UL << 15;
    private const ulong Mask = 1UL << 16;
    private const ulong LogicalDestination = 1UL << 11;
    private const ulong DefinedBits = 0xff00_0000_0001_ffff;

    private readonly IApicBus bus;
    private readonly ulong[] redirection = new ulong[PinCount];
    private readonly bool[] levels = new bool[PinCount];
    private readonly IInterruptLine[] pins = new IInterruptLine[PinCount];
    private uint identifier;
    private byte selected;

    /// <summary>A chip after reset, every pin masked.</summary>
    public IoApic(IApicBus bus)
    {
        this.bus = bus;
        bus.EndOfInterrupt += EndOfInterrupt;
        for (int pin = 0; pin < PinCount; pin++)
        {
            int number = pin;
            pins[pin] = new CallbackLine(level => SetPin(number, level));
        }
        Reset();
    }

    /// <summary>The input pins; pin n is global system interrupt n.</summary>
    public IReadOnlyList<IInterruptLine> Pins => pins;

    /// <summary>Masks every pin, as after power-up. The levels of the wires stay.</summary>
    public void Reset()
    {
        Array.Fill(redirection, Mask);
        identifier = 0;
        selected = 0;
    }

    /// <inheritdoc/>
    public ulong Read(ulong offset, int sizeBytes) => (offset & ~0xfUL) switch
    {
        0x00 => (offset & 0xf) == 0 ? selected : 0u,
        0x10 => (offset & 0xf) < sizeof(uint) ? ReadRegister() >> (8 * (int)(offset & 0xf)) : 0u,
        _ => 0,
    };

    /// <inheritdoc/>
    public void Write(ulong offset, int sizeBytes, ulong value)
    {
        if (offset == 0x00) selected = (byte)value;
        else if (offset == 0x10 && sizeBytes >= sizeof(uint)) WriteRegister((uint)value);
    }

    /// <summary>A pin as it stands: the level of its wire and its redirection entry.</summary>
    /// <param name="pin">0..23.</param>
    public IoApicPin GetPin(int pin) => new(levels[pin], redirection[pin]);

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect()
    {
        List<InspectedValue> rows =
        [
            new("ID", $"{identifier >> 24}"),
            new("VER", $"0x{Version:x8}  version 0x{Version & 0xff:x}, {PinCount} pins"),
            new("IOREGSEL", $"0x{selected:x2}"),
        ];
        int untouched = 0;
        for (int pin = 0; pin < PinCount; pin++)
        {
            IoApicPin state = GetPin(pin);
            if (state is { Redirection: Mask, IsAsserted: false }) untouched++;
            else rows.Add(new($"pin {pin}", state.ToString()));
        }
        if (untouched > 0) rows.Add(new("others", $"{untouched} pins low and masked"));
        return rows;
    }

    private uint ReadRegister()
    {
        switch (selected)
        {
            case 0: return identifier;
            case 1: return Version;
            case 2: return identifier;
            default:
                int index = selected - FirstRedirectionRegister;
                return (uint)index / 2 < PinCount ? (uint)(redirection[index / 2] >> (index % 2 * 32)) : 0;
        }
    }

    private void WriteRegister(uint value)
    {
        if (selected == 0) identifier = value & 0x0f00_0000;
        int index = selected - FirstRedirectionRegister;
        int pin = index / 2;
        if (index < 0 || pin >= PinCount) return;
        ulong before = redirection[pin];
        ulong after = index % 2 == 0 ? (before & 0xffff_ffff_0000_0000) | value : (before & uint.MaxValue) | (ulong)value << 32;
        redirection[pin] = (after & DefinedBits & ~ReadOnlyBits) | (before & ReadOnlyBits);
        // An edge-triggered entry has no interrupt to wait for.
        if ((after & LevelTrigger) == 0) redirection[pin] &= ~RemoteIrr;
        DeliverLevel(pin);
    }

    private void SetPin(int pin, bool level)
    {
        bool rises = level && !levels[pin];
        levels[pin] = level;
        if ((redirection[pin] & LevelTrigger) != 0) DeliverLevel(pin);
        else if (rises && (redirection[pin] & Mask) == 0) Deliver(pin);
    }

    /// <summary>A level-triggered pin sends its message as long as it is high and the last one was ended.</summary>
    private void DeliverLevel(int pin)
    {
        ulong entry = redirection[pin];
        if (!levels[pin] || (entry & LevelTrigger) == 0 || (entry & (Mask | RemoteIrr)) != 0) return;
        if (Deliver(pin)) redirection[pin] |= RemoteIrr;
    }

    private bool Deliver(int pin)
    {
        ulong entry = redirection[pin];
        ApicDeliveryMode mode = (ApicDeliveryMode)((entry >> 8) & 7);
        return bus.Deliver(new ApicMessage(
            (byte)(entry >> 56), (entry & LogicalDestination) != 0, mode, (byte)entry, (entry & LevelTrigger) != 0));
    }

    private void EndOfInterrupt(byte vector)
    {
        for (int pin = 0; pin < PinCount; pin++)
        {
            if ((byte)redirection[pin] != vector || (redirection[pin] & RemoteIrr) == 0) continue;
            redirection[pin] &= ~RemoteIrr;
            DeliverLevel(pin);
        }
    }
}
