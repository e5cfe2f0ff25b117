namespace X64Emu.Cpu.Instructions.X87;

/// <summary>Memory operands of complete x87 instructions.</summary>
internal static unsafe class X87Memory
{
    public static bool Read<TSize>(CpuState* c, Op* o, out ulong value) where TSize : struct, IOperandSize =>
        GuestAccess.Read<TSize>(c, GeneralAddress.Of(c, o), out value, IsStack(o));

    public static bool Write<TSize>(CpuState* c, Op* o, ulong value) where TSize : struct, IOperandSize =>
        GuestAccess.Write<TSize>(c, GeneralAddress.Of(c, o), value, IsStack(o));

    /// <summary>What an instruction that reads an operand begins with: reports a pending exception, reads, records the pointers.</summary>
    public static bool Load<TOperand>(CpuState* c, Op* o, out ulong bits) where TOperand : struct, IX87Operand
    {
        bits = 0;
        byte* image = stackalloc byte[8];
        if (!Load(c, o, image, TOperand.Bytes)) return false;
        bits = TOperand.Load(image);
        return true;
    }

    /// <summary>The same for operands of any size.</summary>
    public static bool Load(CpuState* c, Op* o, byte* image, int lengthBytes)
    {
        if (!X87State.CheckPending(c)
            || !GuestAccess.Read(c, GeneralAddress.Of(c, o), image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    /// <summary>What an instruction that writes an operand ends with: writes, unless an exception forbids it, and records the pointers.</summary>
    public static bool Store(CpuState* c, Op* o, byte* image, int lengthBytes, bool mayWrite)
    {
        if (mayWrite && !GuestAccess.Write(c, GeneralAddress.Of(c, o), image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    private static bool IsStack(Op* o) => (o->Scale & Op.StackReference) != 0;
}
