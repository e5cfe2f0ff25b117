using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>What an instruction with two operands computes.</summary>
internal unsafe interface IX87Operation
{
    static abstract Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment);

    /// <summary>See <see cref="X87Quick"/>.</summary>
    static abstract bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b);

    /// <summary>Likewise, where a zero decides the result.</summary>
    static abstract bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b);
}

internal readonly unsafe struct Sum : IX87Operation
{
    public static Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment) => Float80Arithmetic.Add(a, b, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryAdd(c, destination, a, b);

    public static bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryAddZero(c, destination, a, b);
}

internal readonly unsafe struct Difference : IX87Operation
{
    public static Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment) => Float80Arithmetic.Subtract(a, b, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TrySubtract(c, destination, a, b);

    public static bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryAddZero(c, destination, a, b.Negated);
}

internal readonly unsafe struct Product : IX87Operation
{
    public static Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment) => Float80Arithmetic.Multiply(a, b, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryMultiply(c, destination, a, b);

    public static bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryMultiplyZero(c, destination, a, b);
}

internal readonly unsafe struct Quotient : IX87Operation
{
    public static Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment) => Float80Arithmetic.Divide(a, b, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b) => X87Quick.TryDivide(c, destination, a, b);

    public static bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b) => false;
}

/// <summary>FSUBR and FDIVR: the operands change places.</summary>
internal readonly unsafe struct Reversed<TOperation> : IX87Operation where TOperation : struct, IX87Operation
{
    public static Float80 Compute(Float80 a, Float80 b, ref FloatEnvironment environment) => TOperation.Compute(b, a, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, byte* destination, Float80 a, Float80 b) => TOperation.TryQuickly(c, destination, b, a);

    public static bool TryZero(CpuState* c, byte* destination, Float80 a, Float80 b) => TOperation.TryZero(c, destination, b, a);
}

/// <summary>Whether an instruction pops at its end.</summary>
internal interface IPop
{
    static abstract int Count { get; }
}

internal readonly struct NoPop : IPop
{
    public static int Count => 0;
}

internal readonly struct PopOnce : IPop
{
    public static int Count => 1;
}

internal readonly struct PopTwice : IPop
{
    public static int Count => 2;
}

/// <summary>ST(i) = ST(i) op ST(j); one of them is ST(0).</summary>
internal readonly unsafe struct RegisterArithmetic<TOperation, TPop> : IComplexInstruction, IQuickRegisters
    where TOperation : struct, IX87Operation where TPop : struct, IPop
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, o->Destination) || X87Stack.IsEmpty(c, o->Source))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) Finish(c, o, Float80.DefaultNaN);
            return true;
        }
        Float80 a = X87Stack.Read(c, o->Destination), b = X87Stack.Read(c, o->Source);
        if (X87Quick.IsUsual(c) && TOperation.TryZero(c, X87Stack.At(c, o->Destination), a, b))
        {
            if (TPop.Count != 0) X87Stack.Pop(c);
            return true;
        }
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        Float80 result = TOperation.Compute(a, b, ref environment);
        if (X87Exceptions.Report(c, environment)) Finish(c, o, result);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Quick.IsUsual(c) || X87Stack.IsEmpty(c, o->Destination) || X87Stack.IsEmpty(c, o->Source)) return false;
        byte* destination = X87Stack.At(c, o->Destination);
        if (!TOperation.TryQuickly(c, destination, Float80.Load(destination), X87Stack.Read(c, o->Source))) return false;
        if (TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }

    private static void Finish(CpuState* c, Op* o, Float80 result)
    {
        X87Stack.Write(c, o->Destination, result);
        if (TPop.Count != 0) X87Stack.Pop(c);
    }
}

/// <summary>ST(0) = ST(0) op memory.</summary>
internal readonly unsafe struct MemoryArithmetic<TOperation, TOperand> : IComplexInstruction, IQuickMemory
    where TOperation : struct, IX87Operation where TOperand : struct, IX87Operand
{
    public static bool RecordsPointers => true;

    public static bool IsStore => false;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87Memory.Load<TOperand>(c, o, out ulong bits)) return false;
        if (X87Stack.IsEmpty(c, 0))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            return true;
        }
        Float80 a = X87Stack.Read(c, 0);
        if (X87Quick.IsUsual(c) && TOperand.IsUsual(bits) && TOperation.TryZero(c, X87Stack.At(c, 0), a, TOperand.WidenUsual(bits))) return true;
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        Float80 result = TOperation.Compute(a, TOperand.Widen(bits), ref environment);
        // The widened operand is normal: what it was in memory counts, unless the result was decided before.
        bool isDecided = a.IsNaN || a.IsUnsupported || (environment.Raised & (FloatExceptions.Invalid | FloatExceptions.DivideByZero)) != 0;
        if (TOperand.IsDenormal(bits) && !isDecided) environment.Raise(FloatExceptions.Denormal);
        if (X87Exceptions.Report(c, environment)) X87Stack.Write(c, 0, result);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        if (!X87Quick.IsUsual(c) || X87Stack.IsEmpty(c, 0)) return false;
        ulong bits = TOperand.Load(memory);
        if (!TOperand.IsUsual(bits)) return false;
        byte* top = X87Stack.At(c, 0);
        return TOperation.TryQuickly(c, top, Float80.Load(top), TOperand.WidenUsual(bits));
    }
}

/// <summary>FADD, FSUB, FMUL, FDIV and their kin.</summary>
internal static class X87Arithmetic
{
    public static void Register(InstructionTable table)
    {
        Add<Sum>(table, Code.Fadd_st0_sti, Code.Fadd_sti_st0, Code.Faddp_sti_st0, Code.Fadd_m32fp, Code.Fadd_m64fp, Code.Fiadd_m16int, Code.Fiadd_m32int);
        Add<Product>(table, Code.Fmul_st0_sti, Code.Fmul_sti_st0, Code.Fmulp_sti_st0, Code.Fmul_m32fp, Code.Fmul_m64fp, Code.Fimul_m16int, Code.Fimul_m32int);
        Add<Difference>(
            table, Code.Fsub_st0_sti, Code.Fsub_sti_st0, Code.Fsubp_sti_st0, Code.Fsub_m32fp, Code.Fsub_m64fp, Code.Fisub_m16int, Code.Fisub_m32int);
        Add<Reversed<Difference>>(
            table, Code.Fsubr_st0_sti, Code.Fsubr_sti_st0, Code.Fsubrp_sti_st0, Code.Fsubr_m32fp, Code.Fsubr_m64fp, Code.Fisubr_m16int, Code.Fisubr_m32int);
        Add<Quotient>(
            table, Code.Fdiv_st0_sti, Code.Fdiv_sti_st0, Code.Fdivp_sti_st0, Code.Fdiv_m32fp, Code.Fdiv_m64fp, Code.Fidiv_m16int, Code.Fidiv_m32int);
        Add<Reversed<Quotient>>(
            table, Code.Fdivr_st0_sti, Code.Fdivr_sti_st0, Code.Fdivrp_sti_st0, Code.Fdivr_m32fp, Code.Fdivr_m64fp, Code.Fidivr_m16int, Code.Fidivr_m32int);
    }

    private static void Add<TOperation>(
        InstructionTable table, Code toTop, Code fromTop, Code popping, Code single, Code @double, Code integer16, Code integer32)
        where TOperation : struct, IX87Operation
    {
        table.Add(new X87Binder<RegisterArithmetic<TOperation, NoPop>, RegisterArithmetic<TOperation, NoPop>>(), [toTop, fromTop]);
        table.Add(new X87Binder<RegisterArithmetic<TOperation, PopOnce>, RegisterArithmetic<TOperation, PopOnce>>(), [popping]);
        table.Add(new X87Binder<MemoryArithmetic<TOperation, Single>, MemoryArithmetic<TOperation, Single>, Size32>(), [single]);
        table.Add(new X87Binder<MemoryArithmetic<TOperation, Double>, MemoryArithmetic<TOperation, Double>, Size64>(), [@double]);
        table.Add(new X87Binder<MemoryArithmetic<TOperation, Integer16>, MemoryArithmetic<TOperation, Integer16>, Size16>(), [integer16]);
        table.Add(new X87Binder<MemoryArithmetic<TOperation, Integer32>, MemoryArithmetic<TOperation, Integer32>, Size32>(), [integer32]);
    }
}
