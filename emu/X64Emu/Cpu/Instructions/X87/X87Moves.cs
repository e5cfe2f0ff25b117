using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>FXCH. An empty register counts as the default NaN.</summary>
internal readonly unsafe struct ExchangeTop : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0) || X87Stack.IsEmpty(c, o->Source))
        {
            if (!X87Exceptions.StackFault(c, isOverflow: false)) return true;
            if (X87Stack.IsEmpty(c, 0)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            if (X87Stack.IsEmpty(c, o->Source)) X87Stack.Write(c, o->Source, Float80.DefaultNaN);
        }
        else X87Quick.SetRounding(c, false, false);
        Exchange(c, o);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Stack.HasTop(c) || X87Stack.IsEmpty(c, o->Source)) return false;
        Exchange(c, o);
        X87Quick.SetRounding(c, false, false);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(CpuState* c, Op* o)
    {
        byte* top = X87Stack.At(c, 0), other = X87Stack.At(c, o->Source);
        Vector128<byte> value = *(Vector128<byte>*)top;
        *(Vector128<byte>*)top = *(Vector128<byte>*)other;
        *(Vector128<byte>*)other = value;
    }
}

/// <summary>FCMOVcc, which leaves C1 alone. <see cref="Op.Displacement"/> holds the condition's encoding.</summary>
internal readonly unsafe struct ConditionalMove : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0) || X87Stack.IsEmpty(c, o->Source))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
            return true;
        }
        if (LazyFlags.Evaluate(c, (int)o->Displacement)) X87Stack.Write(c, 0, X87Stack.Read(c, o->Source));
        return true;
    }

    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Stack.HasTop(c) || X87Stack.IsEmpty(c, o->Source)) return false;
        if (LazyFlags.Evaluate(c, (int)o->Displacement)) X87Stack.Read(c, o->Source).Store(X87Stack.At(c, 0));
        return true;
    }
}

/// <summary>FABS.</summary>
internal readonly struct ClearSign : ISignChange
{
    public static int Change(int signExponent) => signExponent & Float80.MaxBiasedExponent;
}

/// <summary>FCHS.</summary>
internal readonly struct FlipSign : ISignChange
{
    public static int Change(int signExponent) => signExponent ^ Float80.SignBit;
}

internal interface ISignChange
{
    static abstract int Change(int signExponent);
}

/// <summary>FABS and FCHS: any bits, nothing raised.</summary>
internal readonly unsafe struct ChangeSign<TChange> : IComplexInstruction, IQuickRegisters where TChange : struct, ISignChange
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0))
        {
            if (X87Exceptions.StackFault(c, isOverflow: false)) X87Stack.Write(c, 0, Float80.DefaultNaN);
        }
        else Change(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Stack.HasTop(c)) return false;
        Change(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Change(CpuState* c)
    {
        ushort* signExponent = (ushort*)(X87Stack.At(c, 0) + 8);
        *signExponent = (ushort)TChange.Change(*signExponent);
        X87Quick.SetRounding(c, false, false);
    }
}

/// <summary>FFREE and FFREEP.</summary>
internal readonly unsafe struct FreeRegister<TPop> : IComplexInstruction, IQuickRegisters where TPop : struct, IPop
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
        X87Stack.Free(c, o->Destination);
        X87Quick.SetRounding(c, false, false);
        if (TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }
}

/// <summary>FINCSTP and FDECSTP.</summary>
internal readonly unsafe struct MoveTop<TStep> : IComplexInstruction, IQuickRegisters where TStep : struct, ITopStep
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
        X87Stack.Turn(c, TStep.Count);
        X87Quick.SetRounding(c, false, false);
        return true;
    }
}

internal interface ITopStep
{
    static abstract int Count { get; }
}

internal readonly struct Increment : ITopStep
{
    public static int Count => 1;
}

internal readonly struct Decrement : ITopStep
{
    public static int Count => -1;
}

/// <summary>FNOP: a waiting instruction that does nothing.</summary>
internal readonly unsafe struct DoNothing : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        return true;
    }
}

/// <summary>Binds FCMOVcc.</summary>
internal sealed unsafe class ConditionalMoveBinder(int condition) : X87Binder<ConditionalMove>
{
    public override HandlerKind Kind => HandlerKind.Direct;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        context.Op->SlowHandler = base.Bind(instruction, context).Pointer;
        context.Op->Displacement = condition;
        return Handler.OfTwins(&X87Shapes<ConditionalMove, ConditionalMove>.Registers, &Complex<ConditionalMove>.Next);
    }
}

/// <summary>Moves between registers, and of TOP.</summary>
internal static class X87Moves
{
    public static void Register(InstructionTable table)
    {
        table.Add(new X87Binder<ExchangeTop, ExchangeTop>(), [Code.Fxch_st0_sti, Code.Fxch_st0_sti_DDC8, Code.Fxch_st0_sti_DFC8]);
        table.Add(new X87Binder<ChangeSign<ClearSign>, ChangeSign<ClearSign>>(), [Code.Fabs]);
        table.Add(new X87Binder<ChangeSign<FlipSign>, ChangeSign<FlipSign>>(), [Code.Fchs]);
        table.Add(new X87Binder<FreeRegister<NoPop>, FreeRegister<NoPop>>(), [Code.Ffree_sti]);
        table.Add(new X87Binder<FreeRegister<PopOnce>, FreeRegister<PopOnce>>(), [Code.Ffreep_sti]);
        table.Add(new X87Binder<MoveTop<Increment>, MoveTop<Increment>>(), [Code.Fincstp]);
        table.Add(new X87Binder<MoveTop<Decrement>, MoveTop<Decrement>>(), [Code.Fdecstp]);
        table.Add(new X87Binder<DoNothing>(), [Code.Fnop]);
        // Condition codes as Jcc encodes them: B 2, NB 3, E 4, NE 5, BE 6, NBE 7, P 10, NP 11.
        table.Add(new ConditionalMoveBinder(2), [Code.Fcmovb_st0_sti]);
        table.Add(new ConditionalMoveBinder(3), [Code.Fcmovnb_st0_sti]);
        table.Add(new ConditionalMoveBinder(4), [Code.Fcmove_st0_sti]);
        table.Add(new ConditionalMoveBinder(5), [Code.Fcmovne_st0_sti]);
        table.Add(new ConditionalMoveBinder(6), [Code.Fcmovbe_st0_sti]);
        table.Add(new ConditionalMoveBinder(7), [Code.Fcmovnbe_st0_sti]);
        table.Add(new ConditionalMoveBinder(10), [Code.Fcmovu_st0_sti]);
        table.Add(new ConditionalMoveBinder(11), [Code.Fcmovnu_st0_sti]);
    }
}
