using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Floating.Transcendental;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>F2XM1.</summary>
internal readonly unsafe struct PowerOf2Minus1 : IX87Function
{
    public static Float80 Compute(Float80 x, ref FloatEnvironment environment) => Exponential.PowerOf2Minus1(x, ref environment);

    public static bool TryQuickly(CpuState* c, byte* register) => false;
}

/// <summary>A function of ST(0) and ST(1) that replaces both.</summary>
internal interface IPairFunction
{
    static abstract Float80 Compute(Float80 x, Float80 y, ref FloatEnvironment environment);
}

/// <summary>FYL2X.</summary>
internal readonly struct YTimesLog2 : IPairFunction
{
    public static Float80 Compute(Float80 x, Float80 y, ref FloatEnvironment environment) => Logarithm.YTimesLog2(x, y, ref environment);
}

/// <summary>FYL2XP1.</summary>
internal readonly struct YTimesLog2Plus1 : IPairFunction
{
    public static Float80 Compute(Float80 x, Float80 y, ref FloatEnvironment environment) => Logarithm.YTimesLog2Plus1(x, y, ref environment);
}

/// <summary>FPATAN.</summary>
internal readonly struct AngleOf : IPairFunction
{
    public static Float80 Compute(Float80 x, Float80 y, ref FloatEnvironment environment) => Arctangent.Angle(x, y, ref environment);
}

/// <summary>ST(1) = f(ST(0), ST(1)), then a pop.</summary>
internal readonly unsafe struct ReplacePair<TFunction> : IComplexInstruction where TFunction : struct, IPairFunction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        Float80 result = Float80.DefaultNaN;
        bool mayWrite;
        if (X87Stack.IsEmpty(c, 0) || X87Stack.IsEmpty(c, X87Stack.Stride)) mayWrite = X87Exceptions.StackFault(c, isOverflow: false);
        else
        {
            FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
            result = TFunction.Compute(X87Stack.Read(c, 0), X87Stack.Read(c, X87Stack.Stride), ref environment);
            mayWrite = X87Exceptions.Report(c, environment);
        }
        if (!mayWrite) return true;
        X87Stack.Write(c, X87Stack.Stride, result);
        X87Stack.Pop(c);
        return true;
    }
}

/// <summary>A function of an angle, and whether it gives a second result that is pushed.</summary>
internal interface IAngleFunction
{
    static abstract bool Pushes { get; }

    static abstract AngleResult Compute(Float80 x, ref FloatEnvironment environment);
}

/// <summary>FSIN.</summary>
internal readonly struct Sine : IAngleFunction
{
    public static bool Pushes => false;

    public static AngleResult Compute(Float80 x, ref FloatEnvironment environment) => Trigonometry.Sine(x, ref environment);
}

/// <summary>FCOS.</summary>
internal readonly struct Cosine : IAngleFunction
{
    public static bool Pushes => false;

    public static AngleResult Compute(Float80 x, ref FloatEnvironment environment) => Trigonometry.Cosine(x, ref environment);
}

/// <summary>FSINCOS.</summary>
internal readonly struct SineAndCosine : IAngleFunction
{
    public static bool Pushes => true;

    public static AngleResult Compute(Float80 x, ref FloatEnvironment environment) => Trigonometry.SineAndCosine(x, ref environment);
}

/// <summary>FPTAN.</summary>
internal readonly struct Tangent : IAngleFunction
{
    public static bool Pushes => true;

    public static AngleResult Compute(Float80 x, ref FloatEnvironment environment) => Trigonometry.Tangent(x, ref environment);
}

/// <summary>ST(0) = f(ST(0)), and C2 when the angle is out of range.</summary>
internal readonly unsafe struct ReplaceAngle<TFunction> : IComplexInstruction where TFunction : struct, IAngleFunction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        c->X87Status &= unchecked((ushort)~X87State.Condition2);
        bool isEmpty = X87Stack.IsEmpty(c, 0);
        if (isEmpty || (TFunction.Pushes && !X87Stack.IsEmpty(c, -X87Stack.Stride)))
        {
            if (X87Exceptions.StackFault(c, isOverflow: !isEmpty)) Replace(c, Float80.DefaultNaN, Float80.DefaultNaN, TFunction.Pushes);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        AngleResult result = TFunction.Compute(X87Stack.Read(c, 0), ref environment);
        bool mayWrite = X87Exceptions.Report(c, environment);
        if (result.OutOfRange) c->X87Status |= X87State.Condition2;
        if (mayWrite) Replace(c, result.Value, result.Pushed, TFunction.Pushes && !result.OutOfRange);
        return true;
    }

    private static void Replace(CpuState* c, Float80 value, Float80 pushed, bool push)
    {
        X87Stack.Write(c, 0, value);
        if (push) X87Stack.Push(c, pushed);
    }
}

/// <summary>How the quotient of a partial remainder is rounded.</summary>
internal interface IRemainder
{
    static abstract RemainderResult Compute(Float80 dividend, Float80 divisor, ref FloatEnvironment environment);
}

/// <summary>FPREM.</summary>
internal readonly struct TruncatedRemainder : IRemainder
{
    public static RemainderResult Compute(Float80 dividend, Float80 divisor, ref FloatEnvironment environment) =>
        PartialRemainder.Truncated(dividend, divisor, ref environment);
}

/// <summary>FPREM1.</summary>
internal readonly struct NearestRemainder : IRemainder
{
    public static RemainderResult Compute(Float80 dividend, Float80 divisor, ref FloatEnvironment environment) =>
        PartialRemainder.Nearest(dividend, divisor, ref environment);
}

/// <summary>ST(0) = ST(0) modulo ST(1), with the quotient's low bits in C0, C3 and C1.</summary>
internal readonly unsafe struct ReplaceByRemainder<TRemainder> : IComplexInstruction where TRemainder : struct, IRemainder
{
    private const int Codes = X87State.Condition3 | X87State.Condition2 | X87State.Condition1 | X87State.Condition0;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        c->X87Status &= unchecked((ushort)~X87State.Condition2);
        if (X87Stack.IsEmpty(c, 0) || X87Stack.IsEmpty(c, X87Stack.Stride))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        RemainderResult result = TRemainder.Compute(X87Stack.Read(c, 0), X87Stack.Read(c, X87Stack.Stride), ref environment);
        if (!X87Exceptions.Report(c, environment)) return true;
        X87Stack.Write(c, 0, result.Value);
        // Without a quotient C0 and C3 stay.
        if (result.Value.IsNaN) return true;
        int codes = (result.Quotient & 4) != 0 ? X87State.Condition0 : 0;
        if ((result.Quotient & 2) != 0) codes |= X87State.Condition3;
        if ((result.Quotient & 1) != 0) codes |= X87State.Condition1;
        if (result.Incomplete) codes |= X87State.Condition2;
        c->X87Status = (ushort)((c->X87Status & ~Codes) | codes);
        return true;
    }
}

/// <summary>The transcendental instructions, and the partial remainders that their users reduce angles with.</summary>
internal static class X87Transcendental
{
    public static void Register(InstructionTable table)
    {
        table.Add(new X87Binder<ReplaceTop<PowerOf2Minus1>>(), [Code.F2xm1]);
        table.Add(new X87Binder<ReplacePair<YTimesLog2>>(), [Code.Fyl2x]);
        table.Add(new X87Binder<ReplacePair<YTimesLog2Plus1>>(), [Code.Fyl2xp1]);
        table.Add(new X87Binder<ReplacePair<AngleOf>>(), [Code.Fpatan]);
        table.Add(new X87Binder<ReplaceAngle<Sine>>(), [Code.Fsin]);
        table.Add(new X87Binder<ReplaceAngle<Cosine>>(), [Code.Fcos]);
        table.Add(new X87Binder<ReplaceAngle<SineAndCosine>>(), [Code.Fsincos]);
        table.Add(new X87Binder<ReplaceAngle<Tangent>>(), [Code.Fptan]);
        table.Add(new X87Binder<ReplaceByRemainder<TruncatedRemainder>>(), [Code.Fprem]);
        table.Add(new X87Binder<ReplaceByRemainder<NearestRemainder>>(), [Code.Fprem1]);
    }
}
