namespace X64Emu.Tests.Cpu.Floating;

/// <summary>Operands that make floating-point code show its faults.</summary>
internal static class FloatSamples
{
    /// <summary>Single precision, as bit patterns: both signs of every kind of number.</summary>
    public static readonly uint[] Singles = WithBothSigns<uint>(
        [
            0, 1, 2, 3, 0x0000_1000, 0x0040_0000, 0x007F_FFFE, 0x007F_FFFF, 0x0080_0000, 0x0080_0001, 0x0080_0002, 0x00FF_FFFF, 0x0100_0000, 0x0100_0001,
            0x0C00_0000, 0x1F80_0000, 0x2000_0001, 0x3300_0000, 0x3380_0000, 0x3F00_0000, 0x3F00_0001, 0x3EFF_FFFF, 0x3F7F_FFFF, 0x3F80_0000, 0x3F80_0001,
            0x3FC0_0000, 0x4000_0000, 0x4020_0000, 0x4040_0000, 0x4060_0000, 0x4B00_0000, 0x4AFF_FFFF, 0x4B00_0001, 0x4B7F_FFFF, 0x4B80_0000,
            0x4EFF_FFFF, 0x4F00_0000, 0x4F00_0001, 0x5EFF_FFFF, 0x5F00_0000, 0x5F00_0001, 0x5F7F_FFFF, 0x7EFF_FFFF, 0x7F00_0000, 0x7F7F_FFFE, 0x7F7F_FFFF,
            0x7F80_0000, 0x7F80_0001, 0x7FBF_FFFF, 0x7FA5_1234, 0x7FC0_0000, 0x7FC0_0001, 0x7FD5_4321, 0x7FFF_FFFF,
        ], 0x8000_0000);

    /// <summary>Double precision, as bit patterns.</summary>
    public static readonly ulong[] Doubles = WithBothSigns<ulong>(
        [
            0, 1, 2, 3, 0x0008_0000_0000_0000, 0x000F_FFFF_FFFF_FFFE, 0x000F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000, 0x0010_0000_0000_0001,
            0x001F_FFFF_FFFF_FFFF, 0x0020_0000_0000_0000, 0x0020_0000_0000_0001, 0x0360_0000_0000_0000, 0x1FF0_0000_0000_0000, 0x2000_0000_0000_0001,
            0x3690_0000_0000_0000, 0x36A0_0000_0000_0000, 0x36A0_0000_0000_0001, 0x3800_0000_0000_0000, 0x380F_FFFF_FFFF_FFFF, 0x380F_FFFF_E000_0000,
            0x380F_FFFF_F000_0000, 0x3810_0000_0000_0000, 0x3810_0000_1000_0000, 0x3820_0000_0000_0000, 0x3CA0_0000_0000_0000, 0x3CB0_0000_0000_0000,
            0x3FDF_FFFF_FFFF_FFFF, 0x3FE0_0000_0000_0000, 0x3FE0_0000_0000_0001, 0x3FEF_FFFF_FFFF_FFFF, 0x3FF0_0000_0000_0000, 0x3FF0_0000_0000_0001,
            0x3FF0_0000_1000_0000, 0x3FF0_0000_3000_0000, 0x3FF8_0000_0000_0000, 0x4000_0000_0000_0000, 0x4004_0000_0000_0000, 0x4008_0000_0000_0000,
            0x400C_0000_0000_0000, 0x41DF_FFFF_FFBF_FFFF, 0x41DF_FFFF_FFC0_0000, 0x41DF_FFFF_FFDF_FFFF, 0x41DF_FFFF_FFE0_0000, 0x41DF_FFFF_FFF0_0000,
            0x41E0_0000_0000_0000, 0x41E0_0000_0010_0000, 0x41E0_0000_0010_0001, 0x41E0_0000_0020_0000, 0x4330_0000_0000_0000, 0x432F_FFFF_FFFF_FFFF,
            0x4330_0000_0000_0001, 0x4340_0000_0000_0000, 0x43DF_FFFF_FFFF_FFFF, 0x43E0_0000_0000_0000, 0x43E0_0000_0000_0001, 0x47EF_FFFF_E000_0000,
            0x47EF_FFFF_EFFF_FFFF, 0x47EF_FFFF_F000_0000, 0x47F0_0000_0000_0000, 0x7FDF_FFFF_FFFF_FFFF, 0x7FE0_0000_0000_0000, 0x7FEF_FFFF_FFFF_FFFE,
            0x7FEF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000, 0x7FF0_0000_0000_0001, 0x7FF7_FFFF_FFFF_FFFF, 0x7FF4_1234_5678_9ABC, 0x7FF8_0000_0000_0000,
            0x7FF8_0000_0000_0001, 0x7FFA_5432_1000_0001, 0x7FFF_FFFF_FFFF_FFFF,
        ], 0x8000_0000_0000_0000);

    /// <summary>A bit pattern of single precision: a sample, its neighbourhood, an integer, a number near 1 or any bits.</summary>
    public static uint NextSingle(Random random) => random.Next(8) switch
    {
        0 or 1 => Singles[random.Next(Singles.Length)],
        2 => Singles[random.Next(Singles.Length)] + (uint)random.Next(-4, 5),
        3 => BitConverter.SingleToUInt32Bits(random.Next(-1000, 1000)),
        4 => BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 4),
        5 => (uint)random.NextInt64() & 0x83FF_FFFF,
        _ => (uint)random.NextInt64(),
    };

    /// <summary>The same for double precision.</summary>
    public static ulong NextDouble(Random random) => random.Next(8) switch
    {
        0 or 1 => Doubles[random.Next(Doubles.Length)],
        2 => Doubles[random.Next(Doubles.Length)] + (ulong)random.Next(-4, 5),
        3 => BitConverter.DoubleToUInt64Bits(random.Next(-1000, 1000)),
        4 => BitConverter.DoubleToUInt64Bits((random.NextDouble() - 0.5) * 4),
        5 => (ulong)random.NextInt64() & 0x807F_FFFF_FFFF_FFFF,
        6 => BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle((uint)random.NextInt64())),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    private static T[] WithBothSigns<T>(T[] positive, T sign)
        where T : System.Numerics.IBinaryInteger<T>
        => [.. positive, .. positive.Select(value => value | sign)];
}
