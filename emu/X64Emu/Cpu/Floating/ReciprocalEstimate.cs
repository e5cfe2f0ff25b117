namespace X64Emu.Cpu.Floating;

/// <summary>RCPPS and RSQRTPS: estimates with 12 significant bits that read no control bits and raise no exceptions.</summary>
/// <remarks>The manuals bound the relative error by 1.5 * 2^-12 and leave the bits to each processor. Here they are the correctly rounded 12 bits,
/// so that every host gives the guest the same ones. Denormals count as zeros (Intel SDM Vol. 2, RCPPS, RSQRTPS).</remarks>
internal static class ReciprocalEstimate
{
    private const uint SignBit = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const uint QuietBit = 0x0040_0000;
    private const uint DefaultNaN = 0xFFC0_0000;
    private const uint SmallestNormal = 0x0080_0000;
    private const int DroppedBits = 12; // of a fraction of 23: 11 and the implied bit stay

    /// <summary>About 1 / x.</summary>
    public static uint Reciprocal(uint bits)
    {
        uint magnitude = bits & ~SignBit, sign = bits & SignBit;
        if (magnitude > Infinity)
            return bits | QuietBit;
        if (magnitude < SmallestNormal)
            return sign | Infinity;
        return sign | Shorten(1.0 / BitConverter.UInt32BitsToSingle(magnitude));
    }

    /// <summary>About 1 / sqrt(x).</summary>
    public static uint ReciprocalSquareRoot(uint bits)
    {
        uint magnitude = bits & ~SignBit, sign = bits & SignBit;
        if (magnitude > Infinity)
            return bits | QuietBit;
        if (magnitude < SmallestNormal)
            return sign | Infinity;
        return sign != 0 ? DefaultNaN : Shorten(1.0 / Math.Sqrt(BitConverter.UInt32BitsToSingle(magnitude)));
    }

    /// <summary>Rounds a positive number to 12 bits; what is tiny in single precision becomes zero.</summary>
    private static uint Shorten(double value)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)value);
        uint rounded = (bits + (1u << (DroppedBits - 1))) & ~((1u << DroppedBits) - 1);
        return rounded < SmallestNormal ? 0 : rounded;
    }
}
