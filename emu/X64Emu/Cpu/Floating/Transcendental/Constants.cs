namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>The numbers that the functions are made of: their first 128 bits.</summary>
internal static class Constants
{
    public static Wide Pi => new(false, 1, new UInt128(0xC90F_DAA2_2168_C234, 0xC4C6_628B_80DC_1CD1));

    public static Wide HalfPi => Pi with { Exponent = 0 };

    public static Wide QuarterPi => Pi with { Exponent = -1 };

    /// <summary>The natural logarithm of 2.</summary>
    public static Wide Ln2 => new(false, -1, new UInt128(0xB172_17F7_D1CF_79AB, 0xC9E3_B398_03F2_F6AF));

    /// <summary>1 / ln 2.</summary>
    public static Wide Log2E => new(false, 0, new UInt128(0xB8AA_3B29_5C17_F0BB, 0xBE87_FED0_691D_3E88));

    /// <summary>The first 64 bits of sqrt(2), of which nothing but the order of magnitude matters.</summary>
    public const ulong SquareRootOf2 = 0xB504_F333_F9DE_6484;
}
