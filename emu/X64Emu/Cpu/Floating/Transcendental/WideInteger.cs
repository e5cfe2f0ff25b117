namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>Products and quotients of 128-bit fractions, which <see cref="UInt128"/> alone does not have.</summary>
internal static class WideInteger
{
    /// <summary>The upper half of the 256-bit product, exact.</summary>
    public static UInt128 MultiplyHigh(UInt128 left, UInt128 right)
    {
        ulong leftLow = (ulong)left, leftHigh = (ulong)(left >> 64), rightLow = (ulong)right, rightHigh = (ulong)(right >> 64);
        ulong lowest = Math.BigMul(leftLow, rightLow, out _);
        UInt128 middle = (UInt128)Math.BigMul(leftHigh, rightLow, out ulong firstLow) + Math.BigMul(leftLow, rightHigh, out ulong secondLow);
        UInt128 carry = (UInt128)firstLow + secondLow + lowest >> 64;
        ulong high = Math.BigMul(leftHigh, rightHigh, out ulong low);
        return new UInt128(high, low) + middle + carry;
    }

    /// <summary>dividend * 2^128 / divisor, truncated: the quotient of two fractions.</summary>
    /// <param name="dividend">Below the divisor.</param>
    /// <param name="divisor">With bit 127 set.</param>
    public static UInt128 DivideFraction(UInt128 dividend, UInt128 divisor)
    {
        UInt128 remainder = dividend;
        ulong high = DivideStep(ref remainder, divisor);
        ulong low = DivideStep(ref remainder, divisor);
        return new(high, low);
    }

    /// <summary>A shift that clears everything when the count is 128 or more.</summary>
    public static UInt128 ShiftRight(UInt128 value, int count) => count >= 128 ? UInt128.Zero : value >> count;

    /// <summary>remainder * 2^64 / divisor, truncated, and what remains of it: one step of long division with 64-bit digits (Knuth, The Art of
    /// Computer Programming, Vol. 2, 4.3.1, algorithm D).</summary>
    /// <param name="remainder">Below the divisor.</param>
    /// <param name="divisor">With bit 127 set.</param>
    public static ulong DivideStep(ref UInt128 remainder, UInt128 divisor)
    {
        ulong divisorHigh = (ulong)(divisor >> 64), divisorLow = (ulong)divisor;

        // Dividing by the upper half gives at most two too many.
        ulong remainderHigh = (ulong)(remainder >> 64);
        ulong digit = remainderHigh >= divisorHigh
            ? ulong.MaxValue
            : WideDivision.Divide(remainderHigh, (ulong)remainder, divisorHigh, out _);
        UInt128 rest = remainder - (UInt128)digit * divisorHigh;
        UInt128 product = (UInt128)digit * divisorLow;
        while ((ulong)(rest >> 64) == 0 && rest << 64 < product)
        {
            digit--;
            rest += divisorHigh;
            product -= divisorLow;
        }
        remainder = (rest << 64) - product;
        return digit;
    }
}
