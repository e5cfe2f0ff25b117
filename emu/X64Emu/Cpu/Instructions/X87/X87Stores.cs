using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>FST, FSTP, FIST, FISTP, FISTTP and FBSTP: ST(0) to memory.</summary>
internal readonly unsafe struct StoreTop<TFormat, TPop> : IComplexInstruction, IQuickMemory where TFormat : struct, IX87StoreFormat where TPop : struct, IPop
{
    public static bool RecordsPointers => true;

    public static bool IsStore => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        byte* image = stackalloc byte[X87State.RegisterBytes];
        FloatEnvironment environment = FloatEnvironment.FromX87Control(c->X87Control);
        bool isEmpty = X87Stack.IsEmpty(c, 0);
        if (isEmpty)
        {
            environment.Raise(FloatExceptions.Invalid);
            TFormat.StoreIndefinite(image);
        }
        else TFormat.Convert(X87Stack.Read(c, 0), image, ref environment);
        bool mayWrite = X87Exceptions.MayStore(environment);
        if (!X87Memory.Store(c, o, image, TFormat.Bytes, mayWrite)) return false;
        if (isEmpty) X87Exceptions.StackFault(c, isOverflow: false);
        else X87Exceptions.ReportStore(c, environment);
        if (mayWrite && TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        if (!X87Stack.HasTop(c) || !TFormat.TryQuickly(c, X87Stack.At(c, 0), memory)) return false;
        if (TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }
}

/// <summary>FST and FSTP to a register.</summary>
internal readonly unsafe struct StoreRegister<TPop> : IComplexInstruction, IQuickRegisters where TPop : struct, IPop
{
    public static bool RecordsPointers => true;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (X87Stack.IsEmpty(c, 0))
        {
            if (!X87Exceptions.StackFault(c, isOverflow: false)) return true;
            X87Stack.Write(c, o->Destination, Float80.DefaultNaN);
        }
        else
        {
            X87Stack.Write(c, o->Destination, X87Stack.Read(c, 0));
            X87Quick.SetRounding(c, false, false);
        }
        if (TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        if (!X87Stack.HasTop(c)) return false;
        X87Stack.Write(c, o->Destination, X87Stack.Read(c, 0));
        X87Quick.SetRounding(c, false, false);
        if (TPop.Count != 0) X87Stack.Pop(c);
        return true;
    }
}

/// <summary>FSTP1 (D9 D8+i), an undocumented FSTP that takes an empty ST(0) for nothing to store: it is popped and nothing is raised.</summary>
internal readonly unsafe struct StoreUnchecked : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        X87Pointers.Record(c, o);
        if (!X87Stack.IsEmpty(c, 0)) X87Stack.Write(c, o->Destination, X87Stack.Read(c, 0));
        X87Quick.SetRounding(c, false, false);
        X87Stack.Pop(c);
        return true;
    }
}

/// <summary>What stores ST(0).</summary>
internal static class X87Stores
{
    public static void Register(InstructionTable table)
    {
        Add<ToSingle, NoPop, Size32>(table, Code.Fst_m32fp);
        Add<ToSingle, PopOnce, Size32>(table, Code.Fstp_m32fp);
        Add<ToDouble, NoPop, Size64>(table, Code.Fst_m64fp);
        Add<ToDouble, PopOnce, Size64>(table, Code.Fstp_m64fp);
        Add<ToExtended, PopOnce, Size80>(table, Code.Fstp_m80fp);
        Add<ToInteger<Size16, ByControl>, NoPop, Size16>(table, Code.Fist_m16int);
        Add<ToInteger<Size32, ByControl>, NoPop, Size32>(table, Code.Fist_m32int);
        Add<ToInteger<Size16, ByControl>, PopOnce, Size16>(table, Code.Fistp_m16int);
        Add<ToInteger<Size32, ByControl>, PopOnce, Size32>(table, Code.Fistp_m32int);
        Add<ToInteger<Size64, ByControl>, PopOnce, Size64>(table, Code.Fistp_m64int);
        Add<ToInteger<Size16, Truncating>, PopOnce, Size16>(table, Code.Fisttp_m16int);
        Add<ToInteger<Size32, Truncating>, PopOnce, Size32>(table, Code.Fisttp_m32int);
        Add<ToInteger<Size64, Truncating>, PopOnce, Size64>(table, Code.Fisttp_m64int);
        table.Add(new X87Binder<StoreTop<ToDecimal, PopOnce>>(), [Code.Fbstp_m80bcd]);
        table.Add(new X87Binder<StoreUnchecked>(), [Code.Fstpnce_sti]);
        table.Add(new X87Binder<StoreRegister<NoPop>, StoreRegister<NoPop>>(), [Code.Fst_sti]);
        table.Add(new X87Binder<StoreRegister<PopOnce>, StoreRegister<PopOnce>>(), [Code.Fstp_sti, Code.Fstp_sti_DFD0, Code.Fstp_sti_DFD8]);
    }

    private static void Add<TFormat, TPop, TSize>(InstructionTable table, Code code)
        where TFormat : struct, IX87StoreFormat where TPop : struct, IPop where TSize : struct, IOperandSize
        => table.Add(new X87Binder<StoreTop<TFormat, TPop>, StoreTop<TFormat, TPop>, TSize>(), [code]);
}
