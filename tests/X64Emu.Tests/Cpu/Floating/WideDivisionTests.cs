using System.Numerics;
using X64Emu.Cpu.Floating;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating;

public sealed class WideDivisionTests
{
    private const int Cases = 20_000;
    private const int Seed = 64;

    [Fact]
    public void Divide_AnyDividend_IsExactWithAndWithoutTheHostsDivision()
    {
        var random = new Random(Seed);
        for (int index = 0; index < Cases; index++)
        {
            ulong divisor = Next(random) | 1UL << 63, high = Next(random) % divisor, low = Next(random);
            (BigInteger quotient, BigInteger rest) = BigInteger.DivRem(((BigInteger)high << 64) + low, divisor);
            Assert.Equal((ulong)quotient, WideDivision.Divide(high, low, divisor, out ulong hostRest));
            Assert.Equal((ulong)rest, hostRest);
            Assert.Equal((ulong)quotient, WideDivision.DivideByHalves(high, low, divisor, out ulong ownRest));
            Assert.Equal((ulong)rest, ownRest);
        }
    }

    [Fact]
    public void SquareRoot_AnySignificand_IsTheLargestThatFits()
    {
        var random = new Random(Seed);
        for (int index = 0; index < Cases; index++)
        {
            ulong significand = Next(random) | 1UL << 63;
            bool isOdd = random.Next(2) == 0;
            UInt128 root = WideDivision.SquareRoot(significand, isOdd);
            BigInteger whole = (ulong)(root >> 64), radicand = (BigInteger)significand << (isOdd ? 64 : 63);
            Assert.True(whole * whole <= radicand && (whole + 1) * (whole + 1) > radicand, $"{significand:x} {isOdd}");
            BigInteger twice = (2 * whole) + 1;
            Assert.Equal(4 * radicand > twice * twice, (ulong)root >> 63 != 0);
            Assert.Equal(whole * whole != radicand, (ulong)root << 1 != 0 || (ulong)root != 0);
        }
    }

    /// <summary>Often with long runs of equal bits, where estimated digits are wrong.</summary>
    private static ulong Next(Random random) => random.Next(4) switch
    {
        0 => ulong.MaxValue << random.Next(64),
        1 => ulong.MaxValue >> random.Next(64),
        2 => (0xFFFF_FFFFUL << 32) | (uint)random.Next(),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };
}
