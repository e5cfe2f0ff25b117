using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Floating.Transcendental;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>FPREM and FPREM1 against the host's processor: every bit of the remainder, the conditions and the exceptions.</summary>
public class PartialRemainderNativeTests
{
    private const int RandomCases = 200_000;
    private const int Seed = 20260105;

    private delegate RemainderResult Function(Float80 dividend, Float80 divisor, ref FloatEnvironment environment);

    [NativeFact]
    public void Truncated_AnyOperands_AgreesWithProcessor() => Compare("FPREM", c => c.fprem(), PartialRemainder.Truncated);

    [NativeFact]
    public void Nearest_AnyOperands_AgreesWithProcessor() => Compare("FPREM1", c => c.fprem1(), PartialRemainder.Nearest);

    private static void Compare(string name, Action<Assembler> instruction, Function function)
    {
        var native = new NativeX87(instruction);
        foreach (ushort control in (ushort[])[.. FunctionSamples.MaskedControls, .. FunctionSamples.UnmaskedControls])
        {
            foreach (Float80 x in FunctionSamples.Special)
            {
                foreach (Float80 y in FunctionSamples.Special)
                    Check(name, native, function, x, y, control);
            }
        }

        var random = new Random(Seed);
        for (int i = 0; i < RandomCases; i++)
        {
            (Float80 x, Float80 y) = NextOperands(random);
            Check(name, native, function, x, y, FunctionSamples.NextControl(random));
        }
    }

    /// <summary>Exponents that differ by anything, by what one step or a few can do, or by almost nothing.</summary>
    private static (Float80 Dividend, Float80 Divisor) NextOperands(Random random)
    {
        Float80 divisor = FunctionSamples.NextFinite(random);
        int exponent = divisor.BiasedExponent - Float80.ExponentBias;
        Float80 dividend = random.Next(4) switch
        {
            0 => FunctionSamples.NextFinite(random),
            1 => Near(random, exponent, -3, 3),
            2 => Near(random, exponent, 0, 70),
            _ => Near(random, exponent, 60, 300),
        };
        return (dividend, divisor);
    }

    private static Float80 Near(Random random, int exponent, int from, int to) =>
        FunctionSamples.Next(random, Math.Min(exponent + from, Float80.MaxExponent), Math.Min(exponent + to, Float80.MaxExponent));

    private static void Check(string name, NativeX87 native, Function function, Float80 x, Float80 y, ushort control)
    {
        NativeOutcome expected = native.Run(x, y, control);
        FloatEnvironment environment = FloatEnvironment.FromX87Control(control);
        RemainderResult actual = function(x, y, ref environment);
        string what = $"{name} x {x} y {y} control {control:x}: native {expected}, emulated {actual} raised {environment.Raised}";
        Assert.True(expected.Raised == environment.Raised, what);
        if (Operands.IsAborted(environment))
        {
            Assert.True(expected.Top == x, what);
            return;
        }
        Assert.True(expected.Top == actual.Value && expected.C2 == actual.Incomplete, what);
        int quotient = (expected.C0 ? 4 : 0) | (expected.C3 ? 2 : 0) | (expected.C1 ? 1 : 0);
        Assert.True(quotient == actual.Quotient, what);
    }
}
