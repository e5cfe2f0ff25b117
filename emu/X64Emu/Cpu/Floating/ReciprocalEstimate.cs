namespace X64Emu.Cpu.Floating;

/// <summary>RCPPS and RSQRTPS: estimates with 12 significant bits that read no control bits and raise no exceptions.</summary>
/// <remarks>The manuals bound the relative error by 1.5 * 2^-12 and leave the bits to each processor. These are the bits of AMD's Zen 3, so that every
/// host gives the guest the same ones. Denormals count as zeros (Intel SDM Vol. 2, RCPPS, RSQRTPS).</remarks>
internal static class ReciprocalEstimate
{
    private const uint SignBit = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const uint QuietBit = 0x0040_0000;
    private const uint DefaultNaN = 0xFFC0_0000;
    private const uint SmallestNormal = 0x0080_0000;
    private const int FractionBits = 23;

    private static readonly BipartiteTable Reciprocals = new(EstimateTables.Reciprocals, EstimateTables.ReciprocalSlopes);
    private static readonly BipartiteTable RootsFromOne = new(EstimateTables.RootsFromOne, EstimateTables.RootSlopesFromOne);
    private static readonly BipartiteTable RootsFromTwo = new(EstimateTables.RootsFromTwo, EstimateTables.RootSlopesFromTwo);

    /// <summary>About 1 / x.</summary>
    public static uint Reciprocal(uint bits)
    {
        uint magnitude = bits & ~SignBit, sign = bits & SignBit;
        if (magnitude > Infinity)
            return bits | QuietBit;
        if (magnitude < SmallestNormal)
            return sign | Infinity;
        // Numbers from 1 to 2 have their reciprocals between 1/2 and 1. What is tiny becomes zero, and so does the reciprocal of infinity.
        int exponent = 253 - (int)(magnitude >> FractionBits);
        return exponent <= 0 ? sign : sign | (uint)exponent << FractionBits | Reciprocals.Fraction(bits);
    }

    /// <summary>About 1 / sqrt(x).</summary>
    public static uint ReciprocalSquareRoot(uint bits)
    {
        uint magnitude = bits & ~SignBit, sign = bits & SignBit;
        if (magnitude > Infinity)
            return bits | QuietBit;
        if (magnitude < SmallestNormal)
            return sign | Infinity;
        if (sign != 0)
            return DefaultNaN;
        if (magnitude == Infinity)
            return 0;
        // Numbers from 1 to 4 have results between 1/2 and 1; the biased exponent of 1 is odd.
        int exponent = (int)(magnitude >> FractionBits);
        bool fromOne = (exponent & 1) != 0;
        uint fraction = fromOne ? RootsFromOne.Fraction(bits) : RootsFromTwo.Fraction(bits);
        return (uint)(126 + ((fromOne ? 127 : 128) - exponent) / 2) << FractionBits | fraction;
    }

    /// <summary>
    /// A function of the first 12 bits of a fraction as a difference of two table entries (D. Das Sarma, D. W. Matula, "Faithful bipartite ROM
    /// reciprocal tables", 1995): one is for the first 8 bits, the other corrects it by the slope, which the first 4 bits decide, times the last 4.
    /// </summary>
    private sealed class BipartiteTable(string values, string slopes)
    {
        private readonly ushort[] values = [.. Enumerable.Range(0, 256).Select(index => Convert.ToUInt16(values.Substring(3 * index, 3), 16))];
        private readonly byte[] corrections = [.. slopes.Select(digit => (byte)(digit <= '9' ? digit - '0' : digit - 'a' + 10))];

        /// <summary>The fraction of the result, 12 bits of it, in its place.</summary>
        public uint Fraction(uint bits)
        {
            uint index = bits >> (FractionBits - 12) & 0xFFF;
            return (uint)(values[index >> 4] - corrections[(index >> 4 & 0xF0) | (index & 0xF)]) << (FractionBits - 12);
        }
    }
}
