using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Floating.Transcendental;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>The functions against the host's processor: special operands under many control words, then random ones.</summary>
public class TranscendentalNativeTests(ITestOutputHelper output)
{
    private const int RandomCases = 60_000;
    private const int Seed = 20260104;

    private delegate EmulatedOutcome Function(Float80 x, Float80 y, FloatEnvironment environment);

    [NativeFact]
    public void PowerOf2Minus1_AnyOperand_IsWithinOneUlpOfProcessor() => Compare("F2XM1", c => c.f2xm1(), operands: 1,
        (x, _, environment) => new(Exponential.PowerOf2Minus1(x, ref environment), null, false, environment),
        random => random.Next(3) switch
        {
            0 => FunctionSamples.NextNearOne(random),
            1 => FunctionSamples.Next(random, -80, 1),
            _ => FunctionSamples.NextFinite(random),
        });

    [NativeFact]
    public void YTimesLog2_AnyOperands_IsWithinOneUlpOfProcessor() => Compare("FYL2X", c => c.fyl2x(), operands: 2,
        (x, y, environment) => new(Logarithm.YTimesLog2(x, y, ref environment), null, false, environment),
        random => random.Next(4) switch
        {
            0 => FunctionSamples.NextNearOne(random),
            1 => FunctionSamples.Next(random, -3, 3).Absolute,
            _ => FunctionSamples.NextFinite(random).Absolute,
        });

    [NativeFact]
    public void YTimesLog2Plus1_AnyOperands_IsWithinOneUlpOfProcessor() => Compare("FYL2XP1", c => c.fyl2xp1(), operands: 2,
        (x, y, environment) => new(Logarithm.YTimesLog2Plus1(x, y, ref environment), null, false, environment),
        random => random.Next(4) switch
        {
            0 => FunctionSamples.NextNearOne(random),
            1 => FunctionSamples.Next(random, -80, 3),
            2 => FunctionSamples.Next(random, -3, 120).Absolute,
            _ => FunctionSamples.NextFinite(random),
        });

    [NativeFact]
    public void Angle_AnyOperands_IsWithinOneUlpOfProcessor() => Compare("FPATAN", c => c.fpatan(), operands: 2,
        (x, y, environment) => new(Arctangent.Angle(x, y, ref environment), null, false, environment),
        random => random.Next(3) switch
        {
            0 => FunctionSamples.Next(random, -3, 3),
            1 => FunctionSamples.Next(random, -70, 70),
            _ => FunctionSamples.NextFinite(random),
        });

    [NativeFact]
    public void Sine_AnyAngle_IsWithinOneUlpOfProcessor() => Compare("FSIN", c => c.fsin(), operands: 1,
        (x, _, environment) => Alone(Trigonometry.Sine(x, ref environment), environment), NextAngle);

    [NativeFact]
    public void Cosine_AnyAngle_IsWithinOneUlpOfProcessor() => Compare("FCOS", c => c.fcos(), operands: 1,
        (x, _, environment) => Alone(Trigonometry.Cosine(x, ref environment), environment), NextAngle);

    [NativeFact]
    public void SineAndCosine_AnyAngle_AreWithinOneUlpOfProcessor() => Compare("FSINCOS", c => c.fsincos(), operands: 1,
        (x, _, environment) => WithPush(Trigonometry.SineAndCosine(x, ref environment), environment), NextAngle);

    [NativeFact]
    public void Tangent_AnyAngle_IsWithinOneUlpOfProcessor() => Compare("FPTAN", c => c.fptan(), operands: 1,
        (x, _, environment) => WithPush(Trigonometry.Tangent(x, ref environment), environment), NextAngle);

    private static EmulatedOutcome Alone(in AngleResult result, in FloatEnvironment environment) =>
        new(result.Value, null, result.OutOfRange, environment);

    private static EmulatedOutcome WithPush(in AngleResult result, in FloatEnvironment environment) =>
        new(result.Value, result.OutOfRange ? null : result.Pushed, result.OutOfRange, environment);

    private static Float80 NextAngle(Random random) => random.Next(4) switch
    {
        0 => FunctionSamples.NextNearRightAngle(random),
        1 => FunctionSamples.Next(random, -80, 3),
        2 => FunctionSamples.Next(random, -1, 64),
        _ => FunctionSamples.NextFinite(random),
    };

    private void Compare(string name, Action<Assembler> instruction, int operands, Function function, Func<Random, Float80> next)
    {
        var native = new NativeX87(instruction);
        var comparison = new UlpComparison(name);
        void Check(Float80 x, Float80 y, ushort control) => comparison.Check(
            x, y, control, native.Run(x, y, control), function(x, y, FloatEnvironment.FromX87Control(control)));

        foreach (ushort control in (ushort[])[.. FunctionSamples.MaskedControls, .. FunctionSamples.UnmaskedControls])
        {
            foreach (Float80 x in FunctionSamples.Special)
            {
                foreach (Float80 y in operands == 2 ? FunctionSamples.Special : [Float80.One])
                    Check(x, y, control);
            }
        }

        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
            Check(next(random), operands == 2 ? NextFactor(random) : Float80.One, FunctionSamples.NextControl(random));
        output.WriteLine(comparison.ToString());
    }

    private static Float80 NextFactor(Random random) => random.Next(3) switch
    {
        0 => FunctionSamples.NextFinite(random),
        1 => Float80.One,
        _ => FunctionSamples.Next(random, -70, 70),
    };
}
