using X64Emu.Cpu.Floating;

namespace X64Emu.Tests.Cpu.Floating;

/// <summary>Operands in double extended precision that make code show its faults.</summary>
internal static class Float80Samples
{
    private static readonly ulong[] Significands =
        [
            0, 1, 2, 3, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0x8000_0000_0000_0001, 0x8000_0000_0000_0400, 0x8000_0000_0000_0800,
            0x8000_0000_0000_0C00, 0x8000_0000_0000_03FF, 0x8000_0080_0000_0000, 0x8000_0180_0000_0000, 0x8000_007F_FFFF_FFFF, 0xFFFF_FF80_0000_0000,
            0xFFFF_FF00_0000_0000, 0xFFFF_FFFF_FFFF_F800, 0xFFFF_FFFF_FFFF_FC00, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF, 0xC000_0000_0000_0000,
            0xC000_0000_0000_0001, 0xA000_0000_0000_0000, 0xBFFF_FFFF_FFFF_FFFF, 0x4000_0000_0000_0000, 0xC90F_DAA2_2168_C235, 0xAAAA_AAAA_AAAA_AAAB,
        ];

    private static readonly int[] Exponents =
        [
            0, 0, 0, 1, 1, 2, 3, 63, 64, 65, 128, 8191, 15360, 15359, 16256, 16255, 16233, 16319, 16320, 16321, 16381, 16382, 16382, 16383, 16383, 16383,
            16384, 16384, 16385, 16397, 16398, 16413, 16414, 16442, 16443, 16445, 16446, 16447, 16510, 16511, 16512, 17406, 17407, 24575, 24576,
            32702, 32764, 32765, 32766, 32766, 32767, 32767,
        ];

    /// <summary>Any bit pattern, the unsupported ones among them.</summary>
    public static Float80 Next(Random random)
    {
        int sign = random.Next(2) << 15;
        switch (random.Next(8))
        {
            case 0: return new((ushort)(sign | Exponents[random.Next(Exponents.Length)]), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            case 1: return Integer(random, sign);
            case 2: return new((ushort)(sign | (16383 + random.Next(-4, 5))), Usual(random));
            case 3: return new((ushort)(sign | random.Next(0x8000)), Usual(random));
            case 4: return new((ushort)(sign | 0x7FFF), Significands[random.Next(Significands.Length)] | Float80.IntegerBit);
            default: return new((ushort)(sign | Exponents[random.Next(Exponents.Length)]), Significands[random.Next(Significands.Length)]);
        }
    }

    /// <summary>A normal number, most often of moderate size.</summary>
    public static Float80 NextNormal(Random random)
    {
        int sign = random.Next(2) << 15;
        return random.Next(4) == 0 ? Integer(random, sign) : new((ushort)(sign | (16383 + random.Next(-70, 71))), Usual(random));
    }

    private static ulong Usual(Random random) => Float80.IntegerBit
        | (random.Next(2) == 0 ? Significands[random.Next(Significands.Length)] : (ulong)random.NextInt64() << random.Next(64));

    private static Float80 Integer(Random random, int sign)
    {
        ulong magnitude = (ulong)random.NextInt64() >> random.Next(63);
        Float80 integer = magnitude == 0 ? default : Float80Conversion.FromMagnitude(sign != 0, magnitude);
        // Sometimes an integer and a half.
        return random.Next(2) == 0 || magnitude == 0 ? integer : integer with { SignExponent = (ushort)(integer.SignExponent - 1) };
    }
}
