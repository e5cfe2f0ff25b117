using X64Emu.Cpu.Floating;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>Operands for the x87 functions.</summary>
internal static class FunctionSamples
{
    private const ulong One = 1UL << 63;

    /// <summary>Both signs of every kind of number, of NaNs and of patterns that stand for nothing.</summary>
    public static readonly Float80[] Special =
        [.. Positive().SelectMany(static value => new[] { value, value.Negated })];

    /// <summary>All exceptions masked, round to nearest; precision control is ignored by these instructions and varies.</summary>
    public static readonly ushort[] MaskedControls = [0x37F, 0x77F, 0xB7F, 0xF7F, 0x07F, 0x67F];

    /// <summary>One exception unmasked, or all.</summary>
    public static readonly ushort[] UnmaskedControls = [0x37E, 0x37D, 0x37B, 0x377, 0x36F, 0x35F, 0x340, 0xB6F, 0x777, 0xF50];

    /// <summary>A control word: masked mostly, with any rounding.</summary>
    public static ushort NextControl(Random random) => random.Next(8) == 0
        ? (ushort)(random.Next(0x1000) & 0xF3F | 0x40)
        : MaskedControls[random.Next(MaskedControls.Length)];

    /// <summary>Any finite number whose unbiased exponent lies in a range.</summary>
    public static Float80 Next(Random random, int minExponent, int maxExponent)
    {
        int biased = random.Next(minExponent, maxExponent + 1) + Float80.ExponentBias;
        var sign = (ushort)(random.Next(2) << 15);
        ulong significand = NextSignificand(random);
        return biased > 0 ? new((ushort)(sign | biased), significand) : new(sign, significand >> Math.Min(1 - biased, 62));
    }

    /// <summary>Any finite number, denormals included.</summary>
    public static Float80 NextFinite(Random random) => random.Next(16) == 0
        ? Next(random, -16440, -16370)
        : Next(random, Float80.MinExponent, Float80.MaxExponent);

    /// <summary>A number near 1 or -1, at any distance that significands can tell.</summary>
    public static Float80 NextNearOne(Random random)
    {
        ulong offset = (ulong)random.NextInt64(long.MaxValue) >> random.Next(63);
        var sign = (ushort)(random.Next(2) << 15);
        return random.Next(2) == 0
            ? new((ushort)(sign | Float80.ExponentBias), One + (offset >> 1))
            : new((ushort)(sign | (Float80.ExponentBias - 1)), ulong.MaxValue - (offset >> 1));
    }

    /// <summary>One of the numbers that are nearest to a multiple of pi/2, below 2^63.</summary>
    public static Float80 NextNearRightAngle(Random random)
    {
        // pi/2 in units of 2^-61 with 62 bits, times a number whose length varies: 126 bits at most.
        UInt128 product = (UInt128)(0xC90F_DAA2_2168_C235 >> 2) * ((ulong)random.NextInt64(1, long.MaxValue) >> random.Next(1, 62));
        int shift = (int)UInt128.LeadingZeroCount(product);
        var significand = (ulong)(product << shift >> 64);
        int exponent = 127 - shift - 61;
        Float80 near = new((ushort)(exponent + Float80.ExponentBias | random.Next(2) << 15), significand);
        return near with { Significand = near.Significand + (ulong)random.Next(-3, 4) | One };
    }

    private static ulong NextSignificand(Random random) => One | random.Next(8) switch
    {
        0 => 0,
        1 => (ulong)random.Next(16),
        2 => ulong.MaxValue - (ulong)random.Next(16),
        3 => (ulong)random.Next() << 32,
        _ => (ulong)random.NextInt64(),
    };

    private static Float80[] Positive() =>
    [
        new(0, 0), new(0, 1), new(0, 3), new(0, 12345), new(0, One >> 1), new(0, One - 1), new(0, One), new(0, One + 5), new(1, One), new(1, One + 1),
        new(2, ulong.MaxValue), new(0x3FBB, One + 7), new(0x3FD7, One + 7), new(0x3FDF, One + 7), new(0x3FFD, 0x95F6_1998_0C43_36F7),
        new(0x3FFD, 0xC123_4567_89AB_CDEF), new(0x3FFE, One), new(0x3FFE, 0xDUL << 60), new(0x3FFE, ulong.MaxValue), new(0x3FFF, One),
        new(0x3FFF, One + 1), new(0x3FFF, 0xC90F_DAA2_2168_C235), new(0x4000, One), new(0x4000, 3UL << 62), new(0x4000, 0xC90F_DAA2_2168_C235),
        new(0x4001, One), new(0x403D, ulong.MaxValue), new(0x403E, One), new(0x403E, ulong.MaxValue), new(0x4045, One + 99), new(0x7000, One),
        new(0x7FFE, One), new(0x7FFE, ulong.MaxValue), new(0x7FFF, One), new(0x7FFF, One + 0x456), new(0x7FFF, One + 0x457),
        new(0x7FFF, 3UL << 62), new(0x7FFF, (3UL << 62) + 0x456), new(0x7FFF, ulong.MaxValue), new(0x7FFF, 0), new(0x7FFF, 1), new(0x4000, 123), new(1, 0),
    ];
}
