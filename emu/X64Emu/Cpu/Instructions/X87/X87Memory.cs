namespace X64Emu.Cpu.Instructions.X87;

/// <summary>Memory operands of complete x87 instructions.</summary>
internal static unsafe class X87Memory
{
    private const int SignificandBytes = 8;

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
        ulong address = GeneralAddress.Of(c, o);
        if (!X87State.CheckPending(c)
            || (IsSplit(address, lengthBytes) && !GuestAccess.Read(c, address, image, SignificandBytes, GuestAccess.ModeOf(c), IsStack(o)))
            || !GuestAccess.Read(c, address, image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    /// <summary>What an instruction that writes an operand ends with: writes and records the pointers. A destination that cannot be written
    /// faults even when an exception forbids to write it.</summary>
    public static bool Store(CpuState* c, Op* o, byte* image, int lengthBytes, bool mayWrite)
    {
        ulong address = GeneralAddress.Of(c, o);
        if (IsSplit(address, lengthBytes) && !GuestAccess.IsWritable(c, address, SignificandBytes, IsStack(o))) return false;
        bool reached = mayWrite
            ? GuestAccess.Write(c, address, image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))
            : GuestAccess.IsWritable(c, address, lengthBytes, IsStack(o));
        if (!reached) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    /// <summary>Reads the image of FLDENV or FRSTOR.</summary>
    public static bool LoadImage<TFormat>(CpuState* c, Op* o, byte* image, int lengthBytes) where TFormat : struct, IEnvironmentFormat =>
        GuestBlock.Read(c, o, GeneralAddress.Of(c, o), image, lengthBytes, TFormat.WordBytes);

    /// <summary>Writes the image of FNSTENV or FNSAVE.</summary>
    public static bool StoreImage<TFormat>(CpuState* c, Op* o, byte* image, int lengthBytes) where TFormat : struct, IEnvironmentFormat =>
        GuestBlock.Write(c, o, GeneralAddress.Of(c, o), image, lengthBytes, TFormat.WordBytes);

    /// <summary>Whether a page ends between or in the last two of ten bytes, which are an access of their own: a page fault of the eight before
    /// them comes first, even when the two have no canonical address.</summary>
    private static bool IsSplit(ulong address, int lengthBytes)
    {
        int offset = (int)(address & 0xfff);
        return lengthBytes > SignificandBytes && offset + SignificandBytes <= 4096 && offset + lengthBytes > 4096;
    }

    private static bool IsStack(Op* o) => (o->Scale & Op.StackReference) != 0;
}
