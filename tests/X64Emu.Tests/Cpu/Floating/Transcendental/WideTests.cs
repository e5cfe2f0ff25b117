using System.Numerics;
using X64Emu.Cpu.Floating.Transcendental;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>128-bit arithmetic against <see cref="BigInteger"/>, and the constants against series of their own.</summary>
public class WideTests
{
    private const int RandomCases = 20_000;
    private const int Seed = 20260106;
    private const int ConstantBits = 200;

    [Fact]
    public void MultiplyHigh_AnyFactors_IsUpperHalfOfProduct()
    {
        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            UInt128 left = Next(random), right = Next(random);
            Assert.Equal((BigInteger)left * right >> 128, WideInteger.MultiplyHigh(left, right));
        }
    }

    [Fact]
    public void DivideFraction_AnyFractions_IsTruncatedQuotient()
    {
        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            UInt128 divisor = Next(random) | UInt128.One << 127;
            UInt128 dividend = random.Next(4) == 0 ? divisor - 1 - (UInt128)random.Next(3) : Next(random) % divisor;
            Assert.Equal(((BigInteger)dividend << 128) / divisor, WideInteger.DivideFraction(dividend, divisor));
        }
    }

    [Fact]
    public void Operators_AnyNumbers_AreWrongByLessThanTheirLastBits()
    {
        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            Wide left = NextWide(random), right = NextWide(random);
            AssertClose(Exact(left) * Exact(right) >> ConstantBits, left * right);
            AssertClose((Exact(left) << ConstantBits) / Exact(right), left / right);
            AssertClose(Exact(left) + Exact(right), left + right, Exact(left));
            AssertClose(Exact(left) - Exact(right), left - right, Exact(left));
        }
    }

    [Fact]
    public void Constants_ComparedWithTheirSeries_AreTheirFirst128Bits()
    {
        BigInteger pi = 16 * InverseTangent(5, alternating: true) - 4 * InverseTangent(239, alternating: true);
        BigInteger ln2 = 2 * InverseTangent(3, alternating: false);
        Assert.Equal(FirstBits(pi), Constants.Pi.Significand);
        Assert.Equal(FirstBits(ln2), Constants.Ln2.Significand);
        Assert.Equal(FirstBits((BigInteger.One << 2 * ConstantBits) / ln2), Constants.Log2E.Significand);
        Assert.Equal(new Wide(false, 0, Constants.Pi.Significand), Constants.HalfPi);
        Assert.True(BigInteger.Pow(Constants.SquareRootOf2, 2) < BigInteger.One << 127);
        Assert.True(BigInteger.Pow(Constants.SquareRootOf2 + 1UL, 2) > BigInteger.One << 127);
    }

    /// <summary>atan(1 / n), or atanh(1 / n), in units of 2^-200.</summary>
    private static BigInteger InverseTangent(int n, bool alternating)
    {
        BigInteger sum = 0, power = (BigInteger.One << ConstantBits) / n;
        for (int k = 0; power != 0; k++, power /= n * n)
            sum += (alternating && (k & 1) != 0 ? -power : power) / (2 * k + 1);
        return sum;
    }

    private static UInt128 FirstBits(BigInteger value) => (UInt128)(value >> (int)value.GetBitLength() - 128);

    /// <summary>The difference is at most 2^-125 of the result, or of an operand.</summary>
    private static void AssertClose(BigInteger expected, in Wide actual, BigInteger operand = default)
    {
        BigInteger size = BigInteger.Max(BigInteger.Abs(expected), BigInteger.Abs(operand));
        Assert.True(BigInteger.Abs(expected - Exact(actual)) <= (size >> 125) + 1, $"expected {expected:x}, got {actual}");
    }

    /// <summary>In units of 2^-200, truncated.</summary>
    private static BigInteger Exact(in Wide value)
    {
        int shift = value.Exponent - 127 + ConstantBits;
        BigInteger magnitude = shift >= 0 ? (BigInteger)value.Significand << shift : (BigInteger)value.Significand >> -shift;
        return value.Negative ? -magnitude : magnitude;
    }

    private static Wide NextWide(Random random) => new(random.Next(2) != 0, random.Next(-20, 20), Next(random) | UInt128.One << 127);

    private static UInt128 Next(Random random)
    {
        UInt128 bits = new((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        return random.Next(4) switch
        {
            0 => bits >> random.Next(128),
            1 => UInt128.MaxValue << random.Next(128),
            _ => bits,
        };
    }
}
