using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Floating.Transcendental;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>Values that hold on every host. Results are mathematics' own, correctly rounded.</summary>
public class KnownValueTests
{
    private static readonly Float80 Two = new(0x4000, 1UL << 63), Half = new(0x3FFE, 1UL << 63);
    private static readonly Float80 NearestToPi = new(0x4000, 0xC90F_DAA2_2168_C235);

    [Theory]
    [InlineData(RoundingMode.Nearest, 0x3FFD, 0xD413_CCCF_E779_9211)]
    [InlineData(RoundingMode.Down, 0x3FFD, 0xD413_CCCF_E779_9211)]
    [InlineData(RoundingMode.Up, 0x3FFD, 0xD413_CCCF_E779_9212)]
    public void PowerOf2Minus1_OfHalf_IsRootOf2Minus1(RoundingMode rounding, ushort signExponent, ulong significand)
    {
        FloatEnvironment environment = Environment(rounding);
        Assert.Equal(new(signExponent, significand), Exponential.PowerOf2Minus1(Half, ref environment));
        Assert.Equal(FloatExceptions.Precision, environment.Raised);
    }

    [Theory]
    [InlineData(RoundingMode.Nearest, 0x3FFF, 1UL << 63, true)]
    [InlineData(RoundingMode.Up, 0x3FFF, 1UL << 63, true)]
    [InlineData(RoundingMode.Down, 0x3FFE, ulong.MaxValue, false)]
    [InlineData(RoundingMode.TowardZero, 0x3FFE, ulong.MaxValue, false)]
    public void PowerOf2Minus1_Of1_IsRoundedAsIfJustBelow(RoundingMode rounding, ushort signExponent, ulong significand, bool roundedUp)
    {
        FloatEnvironment environment = Environment(rounding);
        Assert.Equal(new(signExponent, significand), Exponential.PowerOf2Minus1(Float80.One, ref environment));
        Assert.Equal(FloatExceptions.Precision, environment.Raised);
        Assert.Equal(roundedUp, environment.RoundedUp);
    }

    [Theory]
    [InlineData(0xBFFF, 1UL << 63, 0xBFFE, 1UL << 63)]
    [InlineData(0xBFFF, (1UL << 63) + 1, 0xBFFF, (1UL << 63) + 1)]
    [InlineData(0x3FFF, (1UL << 63) + 1, 0x3FFF, (1UL << 63) + 1)]
    [InlineData(0x7FFE, ulong.MaxValue, 0x7FFE, ulong.MaxValue)]
    public void PowerOf2Minus1_OfMinus1AndBeyond_IsInexactInEveryRounding(
        ushort signExponent, ulong significand, ushort expectedSignExponent, ulong expectedSignificand)
    {
        foreach (RoundingMode rounding in Enum.GetValues<RoundingMode>())
        {
            FloatEnvironment environment = Environment(rounding);
            Assert.Equal(new(expectedSignExponent, expectedSignificand), Exponential.PowerOf2Minus1(new(signExponent, significand), ref environment));
            Assert.Equal(FloatExceptions.Precision, environment.Raised);
            Assert.False(environment.RoundedUp);
        }
    }

    [Fact]
    public void YTimesLog2Plus1_OfMinus1_IsMinus1()
    {
        FloatEnvironment environment = Environment();
        Assert.Equal(Float80.One.Negated, Logarithm.YTimesLog2Plus1(Float80.One.Negated, Two, ref environment));
        Assert.Equal(FloatExceptions.Precision, environment.Raised);
    }

    [Fact]
    public void Sine_OfNumberNearestToPi_ShowsThatPiHas66Bits()
    {
        FloatEnvironment environment = Environment();
        Assert.Equal(new(0xBFBF, 1UL << 63), Trigonometry.Sine(NearestToPi, ref environment).Value);
    }

    [Fact]
    public void SineAndCosine_Of1_AreCorrectlyRounded()
    {
        FloatEnvironment environment = Environment();
        AngleResult result = Trigonometry.SineAndCosine(Float80.One, ref environment);
        Assert.Equal(new(0x3FFE, 0xD76A_A478_4867_7021), result.Value);
        Assert.Equal(new(0x3FFE, 0x8A51_407D_A834_5C92), result.Pushed);
        Assert.True(environment.RoundedUp);
    }

    [Fact]
    public void Tangent_OfTinyAngle_IsJustAboveIt()
    {
        Float80 angle = new(0x3000, 1UL << 63);
        FloatEnvironment down = Environment(RoundingMode.Down), up = Environment(RoundingMode.Up);
        Assert.Equal(angle, Trigonometry.Tangent(angle, ref down).Value);
        Assert.Equal(angle with { Significand = angle.Significand + 1 }, Trigonometry.Tangent(angle, ref up).Value);
    }

    [Fact]
    public void Sine_Of2ToThe63_IsOutOfRange()
    {
        FloatEnvironment environment = Environment();
        Float80 angle = new(0x403E, 1UL << 63);
        Assert.Equal(new(angle, default, true), Trigonometry.Sine(angle, ref environment));
        Assert.Equal(FloatExceptions.None, environment.Raised);
    }

    [Fact]
    public void Angle_OfDiagonal_IsQuarterPiInEveryRounding()
    {
        FloatEnvironment nearest = Environment(), down = Environment(RoundingMode.Down);
        Assert.Equal(new(0x3FFE, 0xC90F_DAA2_2168_C235), Arctangent.Angle(Half, Half, ref nearest));
        Assert.Equal(new(0x3FFE, 0xC90F_DAA2_2168_C234), Arctangent.Angle(Half, Half, ref down));
        Assert.True(nearest.RoundedUp);
        Assert.False(down.RoundedUp);
    }

    [Fact]
    public void YTimesLog2_OfPowerOf2_IsExactAndCalledInexact()
    {
        FloatEnvironment environment = Environment();
        Assert.Equal(new(0x4003, 1UL << 63), Logarithm.YTimesLog2(new(0x3FFF + 8, 1UL << 63), Two, ref environment));
        Assert.Equal(FloatExceptions.Precision, environment.Raised);
        Assert.False(environment.RoundedUp);
    }

    [Fact]
    public void YTimesLog2_Of3_IsCorrectlyRounded()
    {
        FloatEnvironment environment = Environment();
        Assert.Equal(new(0x3FFF, 0xCAE0_0D1C_FDEB_43D0), Logarithm.YTimesLog2(new(0x4000, 3UL << 62), Float80.One, ref environment));
        Assert.Equal(new(0x3FFF, 0xCAE0_0D1C_FDEB_43D0), Logarithm.YTimesLog2Plus1(Two, Float80.One, ref environment));
    }

    [Theory]
    [InlineData(64, 32)]
    [InlineData(95, 63)]
    [InlineData(96, 32)]
    [InlineData(300, 44)]
    public void Truncated_FarApart_TakesAwayAllButAMultipleOf32Bits(int difference, int bits)
    {
        FloatEnvironment environment = Environment();
        Float80 divisor = new(0x3FFF, 3UL << 62), dividend = new((ushort)(0x3FFF + difference), 1UL << 63);
        RemainderResult step = PartialRemainder.Truncated(dividend, divisor, ref environment);
        Assert.True(step.Incomplete);

        // 2^bits modulo 3/2 is 1 for an even number of bits, otherwise 1/2.
        int rest = bits % 2 == 0 ? difference - bits : difference - bits - 1;
        Assert.Equal(new((ushort)(0x3FFF + rest), 1UL << 63), step.Value);
    }

    private static FloatEnvironment Environment(RoundingMode rounding = RoundingMode.Nearest) =>
        FloatEnvironment.FromX87Control((ushort)(0x37F | (int)rounding << 10));
}
