namespace X64Emu.Devices;

/// <summary>How an interrupt message acts on the processor (Intel SDM Vol. 3A, 11.5.1 and 11.6.1).</summary>
public enum ApicDeliveryMode
{
    /// <summary>The vector goes to the processors named.</summary>
    Fixed = 0,

    /// <summary>The vector goes to the one of them with the lowest priority.</summary>
    LowestPriority = 1,

    /// <summary>System management interrupt; ignored.</summary>
    SystemManagement = 2,

    /// <summary>Reserved; ignored.</summary>
    Reserved = 3,

    /// <summary>Non-maskable interrupt.</summary>
    NonMaskable = 4,

    /// <summary>INIT; ignored by the only processor.</summary>
    Init = 5,

    /// <summary>Start-up; ignored by the only processor.</summary>
    StartUp = 6,

    /// <summary>The vector comes from the 8259 pair.</summary>
    External = 7,
}

/// <summary>An interrupt on its way to a local APIC.</summary>
/// <param name="Destination">An APIC ID, or a set of processors in logical mode.</param>
/// <param name="IsLogical">How <paramref name="Destination"/> is meant.</param>
/// <param name="DeliveryMode">What it does there.</param>
/// <param name="Vector">The vector, 16..255.</param>
/// <param name="IsLevelTriggered">True when its end is to be broadcast to the I/O APIC.</param>
public readonly record struct ApicMessage(
    byte Destination, bool IsLogical, ApicDeliveryMode DeliveryMode, byte Vector, bool IsLevelTriggered);

/// <summary>The wires between I/O APIC and local APICs.</summary>
public interface IApicBus
{
    /// <summary>Raised with the vector when a level-triggered interrupt was ended by EOI.</summary>
    event Action<byte>? EndOfInterrupt;

    /// <summary>Sends a message; false when no processor accepts it.</summary>
    bool Deliver(in ApicMessage message);
}
