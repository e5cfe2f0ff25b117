using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Floating.Transcendental;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating.Transcendental;

/// <summary>What the emulation did with one case: the value that takes the place of the operands, one that is pushed on it, and C2.</summary>
internal readonly record struct EmulatedOutcome(Float80 Value, Float80? Pushed, bool C2, FloatEnvironment Environment);

/// <summary>Compares outcomes with the processor's and keeps count. Numbers that had to be rounded may differ by one unit in the last place, unless
/// an operand is zero or infinite.</summary>
internal sealed class UlpComparison(string name)
{
    private int _cases, _rounded, _identical, _sameC1;
    private Int128 _largest;

    public void Check(Float80 x, Float80 y, ushort control, in NativeOutcome native, in EmulatedOutcome emulated)
    {
        _cases++;
        string what = $"{name} x {x} y {y} control {control:x}: native {native}, "
            + $"emulated {emulated.Value} {emulated.Pushed} raised {emulated.Environment.Raised}";
        Assert.True(native.Raised == emulated.Environment.Raised, what);
        Assert.True(native.C2 == emulated.C2, what);
        if (Operands.IsAborted(emulated.Environment))
        {
            Assert.True(native.Depth == 2 && native.Top == x && native.Second == y, what);
            return;
        }
        bool mayDiffer = (native.Raised & FloatExceptions.Precision) != 0 && !IsZeroOrInfinite(x) && !IsZeroOrInfinite(y);
        if (emulated.Pushed is { } pushed)
        {
            Assert.True(native.Depth == 3, what);
            CheckValue(native.Top, pushed, mayDiffer, what);
        }
        bool same = CheckValue(emulated.Pushed is null ? native.Top : native.Second, emulated.Value, mayDiffer, what);
        if ((native.Raised & FloatExceptions.Precision) == 0) return;
        _rounded++;
        if (!same) return;
        _identical++;
        if (native.C1 == emulated.Environment.RoundedUp) _sameC1++;
    }

    /// <summary>What was seen.</summary>
    public override string ToString() =>
        $"{name}: {_cases} cases, {_rounded} rounded, of these {_identical} identical ({_sameC1} in C1 too), largest difference {_largest} ulp";

    private static bool IsZeroOrInfinite(Float80 operand) => operand.IsZero || operand.IsInfinity;

    private bool CheckValue(Float80 native, Float80 emulated, bool mayDiffer, string what)
    {
        if (native == emulated) return true;
        Assert.True(mayDiffer && native.Negative == emulated.Negative, what);
        Int128 difference = Int128.Abs(Position(native) - Position(emulated));
        _largest = Int128.Max(_largest, difference);
        Assert.True(difference <= 1, $"{what}, {difference} ulp");
        return false;
    }

    /// <summary>The number's place among all magnitudes: neighbours differ by one.</summary>
    private static Int128 Position(Float80 value) => ((Int128)Math.Max(value.BiasedExponent - 1, 0) << 63) + (Int128)value.Significand;
}
