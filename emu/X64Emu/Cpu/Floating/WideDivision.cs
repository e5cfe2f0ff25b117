using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Floating;

/// <summary>Divisions and roots of 128-bit integers, as significands of 64 bits need them.</summary>
internal static class WideDivision
{
    /// <summary>high:low / divisor; <paramref name="high"/> is below the divisor, whose bit 63 is set.</summary>
    public static ulong Divide(ulong high, ulong low, ulong divisor, out ulong rest)
    {
#pragma warning disable SYSLIB5004 // The intrinsic is final in all but its attribute.
        if (X86Base.X64.IsSupported)
        {
            (ulong quotient, rest) = X86Base.X64.DivRem(low, high, divisor);
            return quotient;
        }
#pragma warning restore SYSLIB5004
        return DivideByHalves(high, low, divisor, out rest);
    }

    /// <summary>Long division in digits of 32 bits (Knuth, The Art of Computer Programming, Vol. 2, 4.3.1, algorithm D).</summary>
    public static ulong DivideByHalves(ulong high, ulong low, ulong divisor, out ulong rest)
    {
        ulong first = Digit(high, (uint)(low >> 32), divisor, out ulong middle);
        ulong second = Digit(middle, (uint)low, divisor, out rest);
        return first << 32 | second;
    }

    /// <summary>The root of a significand with bit 63 set, twice as large when <paramref name="isOdd"/>, as root / 2^64 with a sticky bit 0.</summary>
    /// <remarks>Bit 127 of the result is set.</remarks>
    public static UInt128 SquareRoot(ulong significand, bool isOdd)
    {
        // A radicand of 127 or 128 bits has a root of 64.
        UInt128 radicand = (UInt128)significand << (isOdd ? 64 : 63);
        ulong root = SquareRoot(radicand);
        UInt128 rest = radicand - ((UInt128)root * root);
        return new UInt128(root, (rest > root ? 1UL << 63 : 0) | (rest == 0 ? 0UL : 1UL));
    }

    /// <summary>The largest integer whose square is not above <paramref name="radicand"/>, which is at least 2^126.</summary>
    private static ulong SquareRoot(UInt128 radicand)
    {
        ulong high = (ulong)(radicand >> 64), low = (ulong)radicand;
        // The double root is good to 52 bits; one Newton step makes it good to the last bit or two.
        double estimate = Math.Sqrt(high) * 4294967296.0;
        ulong root = estimate >= 18446744073709551615.0 ? ulong.MaxValue : (ulong)estimate;
        if (high < root)
        {
            ulong quotient = Divide(high, low, root, out _);
            root = (root >> 1) + (quotient >> 1) + (root & quotient & 1);
        }
        while ((UInt128)root * root > radicand) root--;
        while (root < ulong.MaxValue && (UInt128)(root + 1) * (root + 1) <= radicand) root++;
        return root;
    }

    private static ulong Digit(ulong high, uint next, ulong divisor, out ulong rest)
    {
        ulong upper = divisor >> 32, lower = (uint)divisor;
        ulong digit = Math.Min(high / upper, uint.MaxValue);
        ulong left = high - (digit * upper);
        // The estimate is at most two too large.
        while (left <= uint.MaxValue && digit * lower > (left << 32 | next))
        {
            digit--;
            left += upper;
        }
        rest = (high << 32 | next) - (digit * divisor);
        return digit;
    }
}
