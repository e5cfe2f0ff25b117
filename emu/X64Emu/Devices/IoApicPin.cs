namespace X64Emu.Devices;

/// <summary>An input pin of the I/O APIC (82093AA data sheet, 3.2.4).</summary>
/// <param name="IsAsserted">The level of its wire.</param>
/// <param name="Redirection">Its 64-bit redirection entry.</param>
public readonly record struct IoApicPin(bool IsAsserted, ulong Redirection)
{
    /// <summary>Bits 7..0: the vector it sends.</summary>
    public byte Vector => (byte)Redirection;

    /// <summary>Bits 10..8.</summary>
    public ApicDeliveryMode DeliveryMode => (ApicDeliveryMode)((Redirection >> 8) & 7);

    /// <summary>Bit 14: a level-triggered interrupt was accepted and not ended yet.</summary>
    public bool IsWaitingForEnd => (Redirection >> 14 & 1) != 0;

    /// <summary>Bit 15.</summary>
    public bool IsLevelTriggered => (Redirection >> 15 & 1) != 0;

    /// <summary>Bit 16.</summary>
    public bool IsMasked => (Redirection >> 16 & 1) != 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        string mode = DeliveryMode == ApicDeliveryMode.Fixed ? "" : $", {DeliveryMode}";
        string destination = (Redirection >> 11 & 1) != 0 ? $"logical 0x{Redirection >> 56:x2}" : $"APIC {Redirection >> 56}";
        return $"0x{Redirection:x16}  {(IsAsserted ? "high" : "low")}, {(IsMasked ? "masked" : "open")}, vector 0x{Vector:x2}{mode}, "
            + $"{(IsLevelTriggered ? "level" : "edge")}, to {destination}{(IsWaitingForEnd ? ", waits for EOI" : "")}";
    }
}
