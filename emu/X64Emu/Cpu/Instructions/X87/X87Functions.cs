using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>A function of ST(0) alone.</summary>
internal unsafe interface IX87Function
{
    static abstract Float80 Compute(Float80 x, ref FloatEnvironment environment);

    /// <summary>Computes the usual case in place, with the precision flag and C1; false, with nothing changed, when it is another one.</summary>
    static abstract bool TryQuickly(CpuState* c, byte* register);
}

/// <summary>FSQRT.</summary>
internal readonly unsafe struct SquareRoot : IX87Function
{
    public static Float80 Compute(Float80 x, ref FloatEnvironment environment) => Float80Arithmetic.SquareRoot(x, ref environment);

    public static bool TryQuickly(CpuState* c, byte* register) => X87Quick.IsUsual(c) && X87Quick.TrySquareRoot(c, register);
}

/// <summary>FRNDINT.</summary>
internal readonly unsafe struct RoundToInteger : IX87Function
{
    public static Float80 Compute(Float80 x, ref FloatEnvironment environment) => Float80Conversion.RoundToInteger(x, ref environment);

    public static bool TryQuickly(CpuState* c, byte* register) => X87Quick.TryRoundToInteger(c, register);
}

/// <summary>ST(0) = f(ST(0)).</summary>
internal readonly unsafe struct ReplaceTop<TFunction> : IComplexInstruction, IQuickRegisters where TFunction : struct, IX87Function
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        Float80 result = TFunction.Compute(X87Stack.Read(c, 0), ref environment);
        if (X87Exceptions.Report(c, environment)) X87Stack.Write(c, 0, result);
        return true;
    }

    public static bool TryQuickly(CpuState* c, Op* o) => X87Stack.HasTop(c) && TFunction.TryQuickly(c, X87Stack.At(c, 0));
}

/// <summary>FSCALE: ST(0) by the power of two in ST(1), which stays.</summary>
internal readonly unsafe struct ScaleTop : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0) || X87Stack.IsEmpty(c, X87Stack.Stride))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        Float80 result = Float80Scaling.Scale(X87Stack.Read(c, 0), X87Stack.Read(c, X87Stack.Stride), ref environment);
        if (X87Exceptions.Report(c, environment)) X87Stack.Write(c, 0, result);
        return true;
    }
}

/// <summary>FXTRACT: the exponent takes ST(0)'s place, the significand is pushed.</summary>
internal readonly unsafe struct ExtractExponent : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        bool isEmpty = X87Stack.IsEmpty(c, 0);
        if (isEmpty || !X87Stack.IsEmpty(c, -X87Stack.Stride))
        {
            if (X87Exceptions.StackFault(c, isOverflow: !isEmpty)) Replace(c, Float80.DefaultNaN, Float80.DefaultNaN);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        (Float80 exponent, Float80 significand) = Float80Scaling.Extract(X87Stack.Read(c, 0), ref environment);
        if (X87Exceptions.Report(c, environment)) Replace(c, exponent, significand);
        return true;
    }

    private static void Replace(CpuState* c, Float80 exponent, Float80 significand)
    {
        X87Stack.Write(c, 0, exponent);
        X87Stack.Push(c, significand);
    }
}

/// <summary>Functions that are exact or correctly rounded.</summary>
internal static class X87Functions
{
    public static void Register(InstructionTable table)
    {
        table.Add(new X87Binder<ReplaceTop<SquareRoot>, ReplaceTop<SquareRoot>>(), [Code.Fsqrt]);
        table.Add(new X87Binder<ReplaceTop<RoundToInteger>, ReplaceTop<RoundToInteger>>(), [Code.Frndint]);
        table.Add(new X87Binder<ScaleTop>(), [Code.Fscale]);
        table.Add(new X87Binder<ExtractExponent>(), [Code.Fxtract]);
    }
}
