using System.Numerics;
using System.Runtime.CompilerServices;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>
/// The usual case of arithmetic: normal numbers with a normal result, rounded to nearest with 64 bits, all exceptions masked. Each writes the
/// result, the precision flag and C1; or returns false with nothing changed. What depends on low bits, which are as good as random, is computed
/// without branches, and sums and products need no calls. Zeros, which would need both, are the affair of the complete instruction.
/// </summary>
internal static unsafe class X87Quick
{
    private const int ModeMask = 0xF3F, UsualMode = 0x33F;
    private const ulong Half = 1UL << 63;

    /// <summary>Whether the control word is as FNINIT leaves it, as far as results depend on it. All masked: nothing is pending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(CpuState* c) => (c->X87Control & ModeMask) == UsualMode;

    /// <summary>Reports how a result was rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetRounding(CpuState* c, bool inexact, bool up) => c->X87Flags =
        (ushort)((c->X87Flags & ~X87State.Condition1) | (inexact ? (int)FloatExceptions.Precision : 0) | (up ? X87State.Condition1 : 0));

    /// <summary>destination = a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(CpuState* c, byte* destination, Float80 a, Float80 b)
    {
        if (!AreMiddling(a, b)) return false;
        ulong larger = a.Significand, smaller = b.Significand;
        int distance = a.BiasedExponent - b.BiasedExponent, changedBits = a.SignExponent ^ b.SignExponent;
        int exchanged = (distance - (larger < smaller ? 1 : 0)) >> 31;   // -1 when b is the larger one, else 0
        ulong changed = (larger ^ smaller) & (ulong)(long)exchanged;
        (larger, smaller) = (larger ^ changed, smaller ^ changed);
        distance = (distance ^ exchanged) - exchanged;
        // The sum has the larger one's sign and about its exponent, which stays so far from its bounds that the sign above it is safe.
        int signExponent = a.SignExponent ^ (changedBits & exchanged);
        ulong low;
        if (distance < 64)
        {
            low = smaller << 1 << (63 - distance);
            smaller >>= distance;
        }
        else
        {
            // One bit below the low half still counts when the sum loses its top bit.
            low = distance == 64 ? smaller : distance == 65 ? smaller >> 1 | (smaller & 1) : 1;
            smaller = 0;
        }
        ulong high;
        if ((changedBits & Float80.SignBit) == 0)
        {
            high = larger + smaller;
            int carry = high < larger ? 1 : 0;
            low = low >> carry | (low & (ulong)carry) | (high & (ulong)carry) << 63;
            high = high >> carry | (ulong)carry << 63;
            signExponent += carry;
        }
        else
        {
            high = larger - smaller - (low != 0 ? 1UL : 0UL);
            low = 0 - low;
            if (high == 0)
            {
                if (low == 0) return Finish(c, destination, 0, 0, 0);
                high = low;
                low = 0;
                signExponent -= 64;
            }
            int shift = BitOperations.LeadingZeroCount(high);
            high = high << shift | low >> 1 >> (63 - shift);
            low <<= shift;
            signExponent -= shift;
        }
        return Round(c, destination, signExponent, high, low);
    }

    /// <summary>destination = a - b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySubtract(CpuState* c, byte* destination, Float80 a, Float80 b) => TryAdd(c, destination, a, b.Negated);

    /// <summary>destination = a * b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMultiply(CpuState* c, byte* destination, Float80 a, Float80 b)
    {
        if (!AreMiddling(a, b)) return false;
        int sign = (a.SignExponent ^ b.SignExponent) & Float80.SignBit;
        ulong high = WideProduct.UnsignedHigh(a.Significand, b.Significand), low = a.Significand * b.Significand;
        int isBelowTwo = (int)(high >> 63) ^ 1;   // the product of two significands from 1 to 2 is from 1 to 4
        high = high << isBelowTwo | (low >> 63 & (ulong)isBelowTwo);
        low <<= isBelowTwo;
        int exponent = a.BiasedExponent + b.BiasedExponent - Float80.ExponentBias + 1 - isBelowTwo;
        return TryRound(c, destination, sign, exponent, high, low);
    }

    /// <summary>destination = a / b.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool TryDivide(CpuState* c, byte* destination, Float80 a, Float80 b)
    {
        int sign = (a.SignExponent ^ b.SignExponent) & Float80.SignBit;
        if (!b.IsNormal) return false;
        if (!a.IsNormal) return a.IsZero && Finish(c, destination, sign, 0, 0);
        int exponent = a.BiasedExponent - b.BiasedExponent + Float80.ExponentBias;
        ulong dividend = a.Significand, rest, quotient;
        if (dividend >= b.Significand) quotient = WideDivision.Divide(dividend >> 1, dividend << 63, b.Significand, out rest);
        else
        {
            quotient = WideDivision.Divide(dividend, 0, b.Significand, out rest);
            exponent--;
        }
        // A quotient is never half way between two numbers of 64 bits.
        return TryRound(c, destination, sign, exponent, quotient, rest == 0 ? 0 : rest > b.Significand >> 1 ? Half + 1 : 1);
    }

    /// <summary>register = its square root.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TrySquareRoot(CpuState* c, byte* register)
    {
        Float80 a = Float80.Load(register);
        if (!a.IsNormal || a.Negative) return false;
        int exponent = a.BiasedExponent - Float80.ExponentBias;
        UInt128 root = WideDivision.SquareRoot(a.Significand, (exponent & 1) != 0);
        return TryRound(c, register, 0, (exponent >> 1) + Float80.ExponentBias, (ulong)(root >> 64), (ulong)root);
    }

    /// <summary>register = the integer next to it, in any rounding mode.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryRoundToInteger(CpuState* c, byte* register)
    {
        Float80 a = Float80.Load(register);
        int exponent = a.BiasedExponent - Float80.ExponentBias;
        if ((c->X87Control & (int)FloatExceptions.All) != (int)FloatExceptions.All || !(a.IsNormal || a.IsZero)) return false;
        if (exponent >= 63 || a.IsZero) return Finish(c, register, a.SignExponent, a.Significand, 0);
        ulong magnitude = IntegerPart(a.Significand, exponent), fraction = Fraction(a.Significand, exponent);
        bool up = RoundsAway((RoundingMode)(c->X87Control >> 10 & 3), a.Negative, magnitude, fraction);
        if (up) magnitude++;
        int shift = BitOperations.LeadingZeroCount(magnitude);
        int biased = magnitude == 0 ? 0 : Float80.ExponentBias + 63 - shift;
        int flags = (fraction != 0 ? (int)FloatExceptions.Precision : 0) | (up ? X87State.Condition1 : 0);
        return Finish(c, register, (a.SignExponent & Float80.SignBit) | biased, magnitude << shift, flags);
    }

    /// <summary>The integer part of significand * 2^(exponent - 63), for exponents below 63 and normal numbers or zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IntegerPart(ulong significand, int exponent) => exponent < 0 ? 0 : significand >> (63 - exponent);

    /// <summary>Its fraction from bit 63 down; below one half the bits say no more than that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fraction(ulong significand, int exponent) =>
        exponent >= 0 ? significand << 1 << exponent : exponent == -1 ? significand : significand >> 2;

    /// <summary>Whether rounding adds one to the integer part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool RoundsAway(RoundingMode rounding, bool negative, ulong magnitude, ulong fraction) => rounding switch
    {
        RoundingMode.Nearest => fraction > Half || (fraction == Half && (magnitude & 1) != 0),
        RoundingMode.Up => !negative && fraction != 0,
        RoundingMode.Down => negative && fraction != 0,
        _ => false,
    };

    /// <summary>destination = a + b when one of them is zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryAddZero(CpuState* c, byte* destination, Float80 a, Float80 b)
    {
        if (a.IsZero && b.IsNormal) return Finish(c, destination, b.SignExponent, b.Significand, 0);
        if (b.IsZero && a.IsNormal) return Finish(c, destination, a.SignExponent, a.Significand, 0);
        return a.IsZero && b.IsZero && Finish(c, destination, a.SignExponent & b.SignExponent, 0, 0);
    }

    /// <summary>destination = a * b when one of them is zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryMultiplyZero(CpuState* c, byte* destination, Float80 a, Float80 b) =>
        ((a.IsZero && (b.IsNormal || b.IsZero)) || (b.IsZero && a.IsNormal))
        && Finish(c, destination, (a.SignExponent ^ b.SignExponent) & Float80.SignBit, 0, 0);

    /// <summary>Whether both are normal numbers from 2^-8191 to 2^8192: the middle half of exponents, which one addition moves to bit 14.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreMiddling(Float80 a, Float80 b)
    {
        const int Quarter = 0x2000;
        return ((a.SignExponent + Quarter) & (b.SignExponent + Quarter) & (2 * Quarter)) != 0 && (long)(a.Significand & b.Significand) < 0;
    }

    /// <summary>Rounds high:low, whose bit 127 is set, unless the result may have no normal exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryRound(CpuState* c, byte* destination, int sign, int exponent, ulong high, ulong low) =>
        (uint)(exponent - 1) < Float80.MaxBiasedExponent - 2 && Round(c, destination, sign | exponent, high, low);

    /// <summary>Rounds high:low, whose bit 127 is set, to a number whose exponent is normal even when rounding makes it one higher.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Round(CpuState* c, byte* destination, int signExponent, ulong high, ulong low)
    {
        // Up when the first bit below is set and either one behind it, or the last bit kept: to even.
        ulong up = low >> 63 & ((low << 1 != 0 ? 1UL : 0UL) | high);
        int flags = (low != 0 ? (int)FloatExceptions.Precision : 0) | (int)up * X87State.Condition1;
        high += up;
        if (high == 0)
        {
            high = Half;
            signExponent++;
        }
        return Finish(c, destination, signExponent, high, flags);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Finish(CpuState* c, byte* destination, int signExponent, ulong significand, int flags)
    {
        *(ulong*)destination = significand;
        *(ushort*)(destination + 8) = (ushort)signExponent;
        c->X87Flags = (ushort)((c->X87Flags & ~X87State.Condition1) | flags);
        return true;
    }
}
