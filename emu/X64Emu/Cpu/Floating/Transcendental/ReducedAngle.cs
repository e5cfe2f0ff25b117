namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>An angle as a number of right angles and a rest between -pi/4 and pi/4.</summary>
/// <remarks>Processors reduce with pi cut off after 66 bits (Intel SDM Vol. 1, 8.3.8), AMD's Zen 3 too: the sine of the number nearest to pi is
/// -2^-64 there. With that pi the reduction is exact, and never leaves nothing: its odd 66-bit integer divides no 64-bit significand.</remarks>
internal readonly record struct ReducedAngle(int RightAngles, Wide Rest)
{
    /// <summary>Half of that pi, in units of 2^-127.</summary>
    private static readonly UInt128 RightAngle = new UInt128(3, 0x243F_6A88_85A3_08D3) << 62;

    /// <summary>The angle's sine.</summary>
    public Wide Sine => (RightAngles & 1) == 0 ? Turned(SineOfRest, RightAngles) : Turned(CosineOfRest, RightAngles);

    /// <summary>The angle's cosine, the sine a right angle further.</summary>
    public Wide Cosine => new ReducedAngle(RightAngles + 1, Rest).Sine;

    /// <summary>The angle's tangent.</summary>
    public Wide Tangent => (RightAngles & 1) == 0 ? TangentOfRest : (Wide.One / TangentOfRest).Negated;

    private Wide SineOfRest => Rest * PowerSeries.SineQuotient(Square);

    private Wide CosineOfRest => PowerSeries.CosineOf(Square);

    /// <summary>A quotient of sine and cosine cannot tell a tiny angle's tangent from the angle; it is just above.</summary>
    private Wide TangentOfRest =>
        Rest.Exponent < -Float80.PrecisionBits ? Rest with { Significand = Rest.Significand | 1 } : SineOfRest / CosineOfRest;

    private UInt128 Square => (Rest * Rest).ToFraction();

    /// <summary>Reduces a finite angle below 2^63.</summary>
    public static ReducedAngle Of(in UnpackedFloat angle)
    {
        if (angle.Exponent < -1) return new(0, Wide.From(angle));
        UInt128 rest = (UInt128)angle.Significand << 63;
        ulong count = 0;
        if (angle.Exponent >= 0)
        {
            // In units of 2^-63 first; a step of division makes the rest 2^64 times as fine.
            rest = (UInt128)angle.Significand << angle.Exponent;
            count = WideInteger.DivideStep(ref rest, RightAngle);
        }
        bool pastHalf = rest > RightAngle >> 1;
        int rightAngles = (int)(count & 3) + (pastHalf ? 1 : 0);
        return new(
            angle.Negative ? -rightAngles : rightAngles,
            Wide.Scaled(angle.Negative != pastHalf, pastHalf ? RightAngle - rest : rest, 0));
    }

    private static Wide Turned(in Wide value, int rightAngles) => (rightAngles & 2) == 0 ? value : value.Negated;
}
