using System.Runtime.CompilerServices;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>What ST(0) is converted to when it is stored.</summary>
internal unsafe interface IX87StoreFormat
{
    static abstract int Bytes { get; }

    static abstract void Convert(Float80 value, byte* image, ref FloatEnvironment environment);

    /// <summary>What stands for an empty register.</summary>
    static abstract void StoreIndefinite(byte* image);

    /// <summary>Converts the usual case and sets precision and C1; false, with nothing changed, when it is another one.</summary>
    static abstract bool TryQuickly(CpuState* c, byte* register, byte* memory);
}

internal readonly unsafe struct ToSingle : IX87StoreFormat
{
    public static int Bytes => 4;

    public static void Convert(Float80 value, byte* image, ref FloatEnvironment environment) =>
        *(uint*)image = (uint)Float80Conversion.Narrow<Binary32>(value, ref environment);

    public static void StoreIndefinite(byte* image) => *(uint*)image = (uint)Layout<Binary32>.DefaultNaN;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* register, byte* memory)
    {
        int signExponent = *(ushort*)(register + 8);
        ulong significand = *(ulong*)register;
        int biased = (signExponent & Float80.MaxBiasedExponent) - Float80.ExponentBias + 127;
        if (!X87Quick.IsUsual(c) || (uint)(biased - 1) >= 0xFE || (long)significand >= 0) return false;
        ulong rest = significand << 24;
        bool up = rest > Float80.IntegerBit || (rest == Float80.IntegerBit && (significand >> 40 & 1) != 0);
        // The integer bit adds one to the exponent, and so does a carry out of the fraction.
        uint magnitude = ((uint)(biased - 1) << 23) + (uint)(significand >> 40) + (up ? 1u : 0u);
        if (magnitude >= 0xFFu << 23) return false;
        *(uint*)memory = (uint)(signExponent & Float80.SignBit) << 16 | magnitude;
        X87Quick.SetRounding(c, rest != 0, up);
        return true;
    }
}

internal readonly unsafe struct ToDouble : IX87StoreFormat
{
    public static int Bytes => 8;

    public static void Convert(Float80 value, byte* image, ref FloatEnvironment environment) =>
        *(ulong*)image = Float80Conversion.Narrow<Binary64>(value, ref environment);

    public static void StoreIndefinite(byte* image) => *(ulong*)image = Layout<Binary64>.DefaultNaN;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* register, byte* memory)
    {
        int signExponent = *(ushort*)(register + 8);
        ulong significand = *(ulong*)register;
        int biased = (signExponent & Float80.MaxBiasedExponent) - Float80.ExponentBias + 1023;
        if (!X87Quick.IsUsual(c) || (uint)(biased - 1) >= 0x7FE || (long)significand >= 0) return false;
        ulong rest = significand << 53;
        bool up = rest > Float80.IntegerBit || (rest == Float80.IntegerBit && (significand >> 11 & 1) != 0);
        ulong magnitude = ((ulong)(biased - 1) << 52) + (significand >> 11) + (up ? 1UL : 0UL);
        if (magnitude >= 0x7FFUL << 52) return false;
        *(ulong*)memory = (ulong)(signExponent & Float80.SignBit) << 48 | magnitude;
        X87Quick.SetRounding(c, rest != 0, up);
        return true;
    }
}

/// <summary>All bits as they are.</summary>
internal readonly unsafe struct ToExtended : IX87StoreFormat
{
    public static int Bytes => X87State.RegisterBytes;

    public static void Convert(Float80 value, byte* image, ref FloatEnvironment environment) => value.Store(image);

    public static void StoreIndefinite(byte* image) => Float80.DefaultNaN.Store(image);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* register, byte* memory)
    {
        *(ulong*)memory = *(ulong*)register;
        *(ushort*)(memory + 8) = *(ushort*)(register + 8);
        X87Quick.SetRounding(c, false, false);
        return true;
    }
}

internal readonly unsafe struct ToDecimal : IX87StoreFormat
{
    public static int Bytes => Float80Decimal.Bytes;

    public static void Convert(Float80 value, byte* image, ref FloatEnvironment environment) => Float80Decimal.Store(value, image, ref environment);

    public static void StoreIndefinite(byte* image) => Float80Decimal.StoreIndefinite(image);

    public static bool TryQuickly(CpuState* c, byte* register, byte* memory) => false;
}

/// <summary>How a conversion to an integer rounds.</summary>
internal interface IIntegerRounding
{
    static abstract RoundingMode Of(RoundingMode control);
}

internal readonly struct ByControl : IIntegerRounding
{
    public static RoundingMode Of(RoundingMode control) => control;
}

/// <summary>FISTTP.</summary>
internal readonly struct Truncating : IIntegerRounding
{
    public static RoundingMode Of(RoundingMode control) => RoundingMode.TowardZero;
}

internal readonly unsafe struct ToInteger<TSize, TRounding> : IX87StoreFormat where TSize : struct, IOperandSize where TRounding : struct, IIntegerRounding
{
    private const int UsualMasks = (int)(FloatExceptions.Invalid | FloatExceptions.Precision);

    public static int Bytes => TSize.Bytes;

    private static int WidthBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSize.Bytes * 8;
    }

    public static void Convert(Float80 value, byte* image, ref FloatEnvironment environment)
    {
        environment.Rounding = TRounding.Of(environment.Rounding);
        TSize.Store(image, Float80Conversion.ToInteger(value, WidthBits, ref environment));
    }

    public static void StoreIndefinite(byte* image) => TSize.Store(image, 1UL << (WidthBits - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* register, byte* memory)
    {
        int signExponent = *(ushort*)(register + 8);
        ulong significand = *(ulong*)register;
        int exponent = (signExponent & Float80.MaxBiasedExponent) - Float80.ExponentBias;
        if ((c->X87Control & UsualMasks) != UsualMasks || exponent > WidthBits - 2) return false;
        if ((long)significand >= 0 && (exponent != -Float80.ExponentBias || significand != 0)) return false;
        if (exponent == -Float80.ExponentBias && significand != 0) return false;
        ulong magnitude = X87Quick.IntegerPart(significand, exponent), fraction = X87Quick.Fraction(significand, exponent);
        bool negative = (signExponent & Float80.SignBit) != 0;
        bool up = X87Quick.RoundsAway(TRounding.Of((RoundingMode)(c->X87Control >> 10 & 3)), negative, magnitude, fraction);
        if (up) magnitude++;
        if (!negative && magnitude >> (WidthBits - 1) != 0) return false;
        TSize.Store(memory, negative ? 0 - magnitude : magnitude);
        X87Quick.SetRounding(c, fraction != 0, up);
        return true;
    }
}
