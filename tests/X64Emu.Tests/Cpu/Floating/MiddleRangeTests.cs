using System.Runtime.Intrinsics;
using X64Emu.Cpu.Floating;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating;

/// <summary>What is witnessed must be true: no operand is special, no result overflows or is tiny.</summary>
public sealed class MiddleRangeTests
{
    private static readonly uint[] fractions = [0, 1, 0x7F_FFFF];

    [Fact]
    public void Witness_EveryExponentOfSingles_IsThatOfTheMiddleHalf()
    {
        foreach (float value in Singles())
        {
            bool isInRange = MathF.Abs(value) >= MathF.ScaleB(1, -64) && MathF.Abs(value) < MathF.ScaleB(1, 64);
            Assert.Equal(isInRange, IsWitnessed(MiddleRange.Witness(Vector128.Create(value), Vector128.Create(1f))));
            Assert.Equal(isInRange, IsWitnessed(MiddleRange.Witness(Vector128.Create(1f), Vector128.Create(value))));
            Assert.Equal(isInRange && value > 0, IsWitnessed(MiddleRange.WitnessPositive(Vector128.Create(value))));
        }
    }

    [Fact]
    public void Witness_EveryExponentOfDoubles_IsThatOfTheMiddleHalf()
    {
        for (ulong exponent = 0; exponent < 2048; exponent++)
        {
            foreach (ulong fraction in (ulong[])[0, 1, (1UL << 52) - 1])
            {
                double value = BitConverter.UInt64BitsToDouble(exponent << 52 | fraction);
                bool isInRange = value >= Math.ScaleB(1, -512) && value < Math.ScaleB(1, 512);
                Assert.Equal(isInRange, IsWitnessed(MiddleRange.Witness(Vector128.Create(-value), Vector128.Create(1d))));
                Assert.Equal(isInRange, IsWitnessed(MiddleRange.WitnessPositive(Vector128.Create(value))));
                Assert.False(IsWitnessed(MiddleRange.WitnessPositive(Vector128.Create(-value))));
            }
        }
    }

    [Fact]
    public void WitnessResult_AllPairsOfSingleExponents_LeavesNothingSpecial()
    {
        float[] singles = [.. Singles().Where(value => !float.IsNegative(value))];
        int witnessed = 0;
        foreach (float a in singles)
        {
            foreach (float b in singles)
            {
                witnessed += Check(a, b, a * b, (double)a * b) + Check(a, b, a / b, (double)a / b);
            }
        }
        Assert.True(witnessed > singles.Length * singles.Length / 4, $"only {witnessed} results were witnessed");
    }

    /// <summary>An operation on singles is exact enough in double precision to tell whether the result was tiny before it was rounded.</summary>
    private static int Check(float a, float b, float result, double exact)
    {
        if (!IsWitnessed(MiddleRange.WitnessResult(Vector128.Create(result), Vector128.Create(b)))) return 0;
        Assert.True(float.IsNormal(a) && float.IsNormal(b) && float.IsNormal(result) && exact >= MathF.ScaleB(1, -126), $"{a:R} and {b:R} give {result:R}");
        return 1;
    }

    private static IEnumerable<float> Singles() =>
        from exponent in Enumerable.Range(0, 256)
        from fraction in fractions
        from sign in (uint[])[0, 1]
        select BitConverter.UInt32BitsToSingle(sign << 31 | (uint)exponent << 23 | fraction);

    /// <summary>The scalar and the packed question, which agree when all elements are equal.</summary>
    private static bool IsWitnessed<T>(Vector128<T> witness)
        where T : unmanaged
    {
        bool answer = MiddleRange.IsWitnessed<PackedElements, T>(witness);
        Assert.Equal(answer, MiddleRange.IsWitnessed<ScalarElement, T>(witness));
        return answer;
    }
}
