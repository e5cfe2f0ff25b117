using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>FNINIT.</summary>
internal readonly unsafe struct Fninit : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        X87State.Initialize(c);
        return true;
    }
}

/// <summary>FNCLEX.</summary>
internal readonly unsafe struct Fnclex : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        X87State.ClearExceptions(c);
        return true;
    }
}

/// <summary>WAIT: reports a pending exception and does nothing else.</summary>
internal readonly unsafe struct Fwait : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o) => X87State.CheckPending(c);
}

/// <summary>FNENI, FNDISI and FNSETPM: meaningful to the 8087 and 287 alone.</summary>
internal readonly unsafe struct Obsolete : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o) => true;
}

/// <summary>EMMS: like all MMX instructions it also makes TOP 0.</summary>
internal readonly unsafe struct Emms : IComplexInstruction
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c)) return false;
        c->X87Tag = 0;
        c->X87Top = 0;
        return true;
    }
}

/// <summary>FLDCW.</summary>
internal readonly unsafe struct Fldcw : IComplexInstruction, IQuickMemory
{
    public static bool IsStore => false;

    public static bool RecordsPointers => false;

    public static bool Execute(CpuState* c, Op* o)
    {
        if (!X87State.CheckPending(c) || !X87Memory.Read<Size16>(c, o, out ulong value)) return false;
        Load(c, (ushort)value);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        if (X87State.IsPending(c)) return false;
        Load(c, *(ushort*)memory);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(CpuState* c, ushort value)
    {
        c->X87Control = X87Words.Control(value);
        X87State.UpdateSummary(c);
    }
}

/// <summary>A word that is stored by an instruction that does not wait.</summary>
internal unsafe interface IStoredWord
{
    static abstract ushort Of(CpuState* c);
}

internal readonly unsafe struct ControlWord : IStoredWord
{
    public static ushort Of(CpuState* c) => c->X87Control;
}

internal readonly unsafe struct StatusWord : IStoredWord
{
    public static ushort Of(CpuState* c) => c->X87Status;
}

/// <summary>FNSTCW, and FNSTSW to memory.</summary>
internal readonly unsafe struct StoreWord<TWord> : IComplexInstruction, IQuickMemory where TWord : struct, IStoredWord
{
    public static bool IsStore => true;

    public static bool RecordsPointers => false;

    public static bool Execute(CpuState* c, Op* o) => X87Memory.Write<Size16>(c, o, TWord.Of(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* memory)
    {
        *(ushort*)memory = TWord.Of(c);
        return true;
    }
}

/// <summary>FNSTSW AX.</summary>
internal readonly unsafe struct FnstswAx : IComplexInstruction, IQuickRegisters
{
    public static bool RecordsPointers => false;

    public static bool Execute(CpuState* c, Op* o) => TryQuickly(c, o);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o)
    {
        Size16.WriteRegister((byte*)c, c->X87Status);
        return true;
    }
}

/// <summary>FNSTENV: saves the environment, then masks all exceptions.</summary>
internal readonly unsafe struct Fnstenv<TFormat> : IComplexInstruction where TFormat : struct, IEnvironmentFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        byte* image = stackalloc byte[TFormat.Bytes];
        TFormat.Save(c, image);
        if (!X87Memory.StoreImage<TFormat>(c, o, image, TFormat.Bytes)) return false;
        c->X87Control |= (ushort)FloatExceptions.All;
        X87State.UpdateSummary(c);
        return true;
    }
}

/// <summary>FLDENV.</summary>
internal readonly unsafe struct Fldenv<TFormat> : IComplexInstruction where TFormat : struct, IEnvironmentFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        byte* image = stackalloc byte[TFormat.Bytes];
        if (!X87State.CheckPending(c) || !X87Memory.LoadImage<TFormat>(c, o, image, TFormat.Bytes)) return false;
        TFormat.Restore(c, image);
        return true;
    }
}

/// <summary>FNSAVE: saves environment and registers ST(0) to ST(7), then initialises.</summary>
internal readonly unsafe struct Fnsave<TFormat> : IComplexInstruction where TFormat : struct, IEnvironmentFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        int lengthBytes = TFormat.Bytes + 8 * X87State.RegisterBytes;
        byte* image = stackalloc byte[lengthBytes];
        TFormat.Save(c, image);
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(X87State.Stack(c, index), image + TFormat.Bytes + index * X87State.RegisterBytes, X87State.RegisterBytes, X87State.RegisterBytes);
        if (!X87Memory.StoreImage<TFormat>(c, o, image, lengthBytes)) return false;
        X87State.Initialize(c);
        return true;
    }
}

/// <summary>FRSTOR.</summary>
internal readonly unsafe struct Frstor<TFormat> : IComplexInstruction where TFormat : struct, IEnvironmentFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        int lengthBytes = TFormat.Bytes + 8 * X87State.RegisterBytes;
        byte* image = stackalloc byte[lengthBytes];
        if (!X87State.CheckPending(c) || !X87Memory.LoadImage<TFormat>(c, o, image, lengthBytes)) return false;
        TFormat.Restore(c, image);
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(image + TFormat.Bytes + index * X87State.RegisterBytes, X87State.Stack(c, index), X87State.RegisterBytes, X87State.RegisterBytes);
        return true;
    }
}

/// <summary>The x87 instructions that compute nothing. The waiting forms (FINIT, FSTCW, ...) are a WAIT instruction and one of these.</summary>
internal static class X87Control
{
    public static void Register(InstructionTable table)
    {
        Add<Fninit>(table, Code.Fninit);
        Add<Fnclex>(table, Code.Fnclex);
        Add<Obsolete>(table, Code.Fneni, Code.Fndisi, Code.Fnsetpm);
        table.Add(new X87Binder<Fldcw, Fldcw, Size16>(), [Code.Fldcw_m2byte]);
        table.Add(new X87Binder<StoreWord<ControlWord>, StoreWord<ControlWord>, Size16>(), [Code.Fnstcw_m2byte]);
        table.Add(new X87Binder<StoreWord<StatusWord>, StoreWord<StatusWord>, Size16>(), [Code.Fnstsw_m2byte]);
        table.Add(new X87Binder<FnstswAx, FnstswAx>(), [Code.Fnstsw_AX]);
        Add<Fnstenv<Environment16>>(table, Code.Fnstenv_m14byte);
        Add<Fnstenv<Environment32>>(table, Code.Fnstenv_m28byte);
        Add<Fldenv<Environment16>>(table, Code.Fldenv_m14byte);
        Add<Fldenv<Environment32>>(table, Code.Fldenv_m28byte);
        Add<Fnsave<Environment16>>(table, Code.Fnsave_m94byte);
        Add<Fnsave<Environment32>>(table, Code.Fnsave_m108byte);
        Add<Frstor<Environment16>>(table, Code.Frstor_m94byte);
        Add<Frstor<Environment32>>(table, Code.Frstor_m108byte);
        table.Add(new ComplexBinder<Fwait>(Ending.Next, ExecutionUnit.Wait), [Code.Wait]);
        table.Add(new ComplexBinder<Emms>(Ending.Next, ExecutionUnit.Mmx), [Code.Emms]);
    }

    private static void Add<TInstruction>(InstructionTable table, params ReadOnlySpan<Code> codes) where TInstruction : struct, IComplexInstruction =>
        table.Add(new ComplexBinder<TInstruction>(Ending.Next, ExecutionUnit.X87), codes);
}
