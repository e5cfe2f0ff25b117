using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>What a quiet NaN means to a comparison.</summary>
internal interface INaNHandling
{
    static abstract bool QuietNaNsAreInvalid { get; }
}

/// <summary>FCOM and its kin.</summary>
internal readonly struct Ordered : INaNHandling
{
    public static bool QuietNaNsAreInvalid => true;
}

/// <summary>FUCOM and its kin.</summary>
internal readonly struct Unordered : INaNHandling
{
    public static bool QuietNaNsAreInvalid => false;
}

/// <summary>Where a comparison's outcome goes.</summary>
internal unsafe interface IRelationTarget
{
    static abstract void Write(CpuState* c, FloatRelation relation);

    /// <summary>The same for numbers that are not unordered; greater when neither less nor equal.</summary>
    static abstract void WriteOrder(CpuState* c, bool isLess, bool isEqual);

    /// <summary>Whether C1 becomes 0.</summary>
    static abstract bool ClearsCondition1 { get; }
}

/// <summary>C3, C2 and C0.</summary>
internal readonly unsafe struct ToConditionCodes : IRelationTarget
{
    private const int Codes = X87State.Condition3 | X87State.Condition2 | X87State.Condition0;

    public static bool ClearsCondition1 => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* c, FloatRelation relation)
    {
        int codes = relation switch
        {
            FloatRelation.Greater => 0,
            FloatRelation.Less => X87State.Condition0,
            FloatRelation.Equal => X87State.Condition3,
            _ => Codes,
        };
        c->X87Flags = (ushort)((c->X87Flags & ~Codes) | codes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteOrder(CpuState* c, bool isLess, bool isEqual) => c->X87Flags =
        (ushort)((c->X87Flags & ~Codes) | (isLess ? 1 : 0) * X87State.Condition0 | (isEqual ? 1 : 0) * X87State.Condition3);
}

/// <summary>ZF, PF and CF; OF, SF and AF become 0.</summary>
internal readonly unsafe struct ToFlags : IRelationTarget
{
    public static bool ClearsCondition1 => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* c, FloatRelation relation) => LazyFlags.SetExplicit(c, relation switch
    {
        FloatRelation.Greater => 0,
        FloatRelation.Less => LazyFlags.Carry,
        FloatRelation.Equal => LazyFlags.Zero,
        _ => LazyFlags.Zero | LazyFlags.Parity | LazyFlags.Carry,
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteOrder(CpuState* c, bool isLess, bool isEqual) =>
        LazyFlags.SetExplicit(c, (isLess ? 1UL : 0UL) * LazyFlags.Carry | (isEqual ? 1UL : 0UL) * LazyFlags.Zero);
}

internal static unsafe class X87Compare
{
    /// <summary>Compares ST(0) with a value. Returns false when an unmasked exception forbids to pop; the outcome is written even then.</summary>
    public static bool Execute<TNaN, TTarget>(CpuState* c, bool isEmpty, Float80 value, FloatExceptions ofOperand)
        where TNaN : struct, INaNHandling where TTarget : struct, IRelationTarget
    {
        FloatRelation relation = FloatRelation.Unordered;
        bool mayPop;
        if (isEmpty || X87Stack.IsEmpty(c, 0)) mayPop = X87Exceptions.StackFault(c, isOverflow: false);
        else
        {
            FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
            relation = Float80Comparison.Compare(X87Stack.Read(c, 0), value, TNaN.QuietNaNsAreInvalid, ref environment);
            if (relation != FloatRelation.Unordered) environment.Raise(ofOperand);
            int condition1 = c->X87Flags & X87State.Condition1;
            mayPop = X87Exceptions.Report(c, environment);
            if (!TTarget.ClearsCondition1) c->X87Flags |= (ushort)condition1;
        }
        TTarget.Write(c, relation);
        return mayPop;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pop<TPop>(CpuState* c) where TPop : struct, IPop
    {
        if (TPop.Count >= 1) X87Stack.Pop(c);
        if (TPop.Count == 2) X87Stack.Pop(c);
    }

    /// <summary>Compares ST(0) with a number when both are normal or zero. Anything else is left to the complete instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly<TTarget>(CpuState* c, Float80 value) where TTarget : struct, IRelationTarget
    {
        Float80 top = X87Stack.Read(c, 0);
        if (!(top.IsNormal || top.IsZero) || !(value.IsNormal || value.IsZero)) return false;
        (bool isLess, bool isEqual) = Float80Comparison.OrderUsual(top, value);
        TTarget.WriteOrder(c, isLess, isEqual);
        if (TTarget.ClearsCondition1) X87Quick.SetRounding(c, false, false);
        return true;
    }
}

/// <summary>A comparison of ST(0) with another register; FCOMPP and FUCOMPP name none and mean ST(1).</summary>
internal readonly unsafe struct CompareRegister<TNaN, TTarget, TPop> : IComplexInstruction, IQuickRegisters
    where TNaN : struct, INaNHandling where TTarget : struct, IRelationTarget where TPop : struct, IPop
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        int other = OtherOf(o);
        if (X87Compare.Execute<TNaN, TTarget>(c, X87Stack.IsEmpty(c, other), X87Stack.Read(c, other), FloatExceptions.None)) X87Compare.Pop<TPop>(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Stack.HasTop(c) || X87Stack.IsEmpty(c, OtherOf(o))) return false;
        if (!X87Compare.TryQuickly<TTarget>(c, X87Stack.Read(c, OtherOf(o)))) return false;
        X87Compare.Pop<TPop>(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OtherOf(Op* o) => TPop.Count == 2 ? X87Stack.Stride : o->Source;
}

/// <summary>A comparison of ST(0) with memory.</summary>
internal readonly unsafe struct CompareMemory<TOperand, TPop> : IComplexInstruction, IQuickMemory where TOperand : struct, IX87Operand where TPop : struct, IPop
{
    public static bool RecordsPointers => true;

    public static bool IsStore => false;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87Memory.Load<TOperand>(c, o, out ulong bits)) return false;
        FloatExceptions ofOperand = TOperand.IsDenormal(bits) ? FloatExceptions.Denormal : FloatExceptions.None;
        if (X87Compare.Execute<Ordered, ToConditionCodes>(c, isEmpty: false, TOperand.Widen(bits), ofOperand)) X87Compare.Pop<TPop>(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        ulong bits = TOperand.Load(memory);
        if (!X87Stack.HasTop(c) || !TOperand.IsUsual(bits)) return false;
        if (!X87Compare.TryQuickly<ToConditionCodes>(c, TOperand.WidenUsual(bits))) return false;
        X87Compare.Pop<TPop>(c);
        return true;
    }
}

/// <summary>FTST: a comparison with zero.</summary>
internal readonly unsafe struct CompareZero : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        X87Compare.Execute<Ordered, ToConditionCodes>(c, isEmpty: false, default, FloatExceptions.None);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o) => X87Stack.HasTop(c) && X87Compare.TryQuickly<ToConditionCodes>(c, default);
}

/// <summary>FXAM: the class of ST(0) in C3, C2 and C0, its sign in C1, even of an empty register.</summary>
internal readonly unsafe struct Examine : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        return TryQuickly(c, o);
    }

    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (X87State.IsPending(c)) return false;
        Float80 top = X87Stack.Read(c, 0);
        const int all = X87State.Condition3 | X87State.Condition2 | X87State.Condition1 | X87State.Condition0;
        int codes = (X87Stack.IsEmpty(c, 0) ? X87State.Condition3 | X87State.Condition0 : ClassOf(top)) | (top.Negative ? X87State.Condition1 : 0);
        c->X87Status = (ushort)((c->X87Status & ~all) | codes);
        return true;
    }

    private static int ClassOf(Float80 number)
    {
        if (number.IsUnsupported) return 0;
        if (number.IsNaN) return X87State.Condition0;
        if (number.IsInfinity) return X87State.Condition2 | X87State.Condition0;
        if (number.IsZero) return X87State.Condition3;
        return number.IsDenormal ? X87State.Condition3 | X87State.Condition2 : X87State.Condition2;
    }
}

/// <summary>FCOM, FUCOM, FCOMI, FTST, FXAM and their kin.</summary>
internal static class X87Comparison
{
    public static void Register(InstructionTable table)
    {
        Add<Ordered, ToConditionCodes, NoPop>(table, Code.Fcom_st0_sti, Code.Fcom_st0_sti_DCD0);
        Add<Ordered, ToConditionCodes, PopOnce>(table, Code.Fcomp_st0_sti, Code.Fcomp_st0_sti_DCD8, Code.Fcomp_st0_sti_DED0);
        Add<Ordered, ToConditionCodes, PopTwice>(table, Code.Fcompp);
        Add<Unordered, ToConditionCodes, NoPop>(table, Code.Fucom_st0_sti);
        Add<Unordered, ToConditionCodes, PopOnce>(table, Code.Fucomp_st0_sti);
        Add<Unordered, ToConditionCodes, PopTwice>(table, Code.Fucompp);
        Add<Ordered, ToFlags, NoPop>(table, Code.Fcomi_st0_sti);
        Add<Ordered, ToFlags, PopOnce>(table, Code.Fcomip_st0_sti);
        Add<Unordered, ToFlags, NoPop>(table, Code.Fucomi_st0_sti);
        Add<Unordered, ToFlags, PopOnce>(table, Code.Fucomip_st0_sti);
        Add<Single, Size32>(table, Code.Fcom_m32fp, Code.Fcomp_m32fp);
        Add<Double, Size64>(table, Code.Fcom_m64fp, Code.Fcomp_m64fp);
        Add<Integer16, Size16>(table, Code.Ficom_m16int, Code.Ficomp_m16int);
        Add<Integer32, Size32>(table, Code.Ficom_m32int, Code.Ficomp_m32int);
        table.Add(new X87Binder<CompareZero, CompareZero>(), [Code.Ftst]);
        table.Add(new X87Binder<Examine, Examine>(), [Code.Fxam]);
    }

    private static void Add<TNaN, TTarget, TPop>(InstructionTable table, params ReadOnlySpan<Code> codes)
        where TNaN : struct, INaNHandling where TTarget : struct, IRelationTarget where TPop : struct, IPop
        => table.Add(new X87Binder<CompareRegister<TNaN, TTarget, TPop>, CompareRegister<TNaN, TTarget, TPop>>(), codes);

    private static void Add<TOperand, TSize>(InstructionTable table, Code staying, Code popping)
        where TOperand : struct, IX87Operand where TSize : struct, IOperandSize
    {
        table.Add(new X87Binder<CompareMemory<TOperand, NoPop>, CompareMemory<TOperand, NoPop>, TSize>(), [staying]);
        table.Add(new X87Binder<CompareMemory<TOperand, PopOnce>, CompareMemory<TOperand, PopOnce>, TSize>(), [popping]);
    }
}
