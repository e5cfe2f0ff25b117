namespace X64Emu.Cpu.Instructions.X87;

/// <summary>Memory operands of complete x87 instructions.</summary>
internal static unsafe class X87Memory
{
    /// <summary>Operands of ten bytes are asked for in two accesses: these, then sign and exponent, or the last digits.</summary>
    private const int SignificandBytes = 8;

    private const int WordsInEnvironment = 7;

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
            || (lengthBytes > SignificandBytes && !GuestAccess.Read(c, address, image, SignificandBytes, GuestAccess.ModeOf(c), IsStack(o)))
            || !GuestAccess.Read(c, address, image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    /// <summary>What an instruction that writes an operand ends with: writes and records the pointers. When an exception forbids the write, the
    /// operand must be writable all the same.</summary>
    public static bool Store(CpuState* c, Op* o, byte* image, int lengthBytes, bool mayWrite)
    {
        ulong address = GeneralAddress.Of(c, o);
        if (lengthBytes > SignificandBytes && !GuestAccess.IsWritable(c, address, SignificandBytes, IsStack(o))) return false;
        bool stored = mayWrite
            ? GuestAccess.Write(c, address, image, lengthBytes, GuestAccess.ModeOf(c), IsStack(o))
            : GuestAccess.IsWritable(c, address, lengthBytes, IsStack(o));
        if (!stored) return false;
        X87Pointers.RecordMemory(c, o, GeneralAddress.Offset(c, o));
        return true;
    }

    /// <summary>Reads the image of FLDENV or FRSTOR, whose first word is asked for before the rest.</summary>
    public static bool LoadImage<TFormat>(CpuState* c, Op* o, byte* image, int lengthBytes) where TFormat : struct, IEnvironmentFormat
    {
        ulong address = GeneralAddress.Of(c, o);
        return GuestAccess.Read(c, address, image, WordBytes<TFormat>(), GuestAccess.ModeOf(c), IsStack(o))
            && GuestBlock.Read(c, o, address, image, lengthBytes);
    }

    /// <summary>Writes the image of FNSTENV or FNSAVE, likewise.</summary>
    public static bool StoreImage<TFormat>(CpuState* c, Op* o, byte* image, int lengthBytes) where TFormat : struct, IEnvironmentFormat
    {
        ulong address = GeneralAddress.Of(c, o);
        return GuestAccess.IsWritable(c, address, WordBytes<TFormat>(), IsStack(o)) && GuestBlock.Write(c, o, address, image, lengthBytes);
    }

    private static int WordBytes<TFormat>() where TFormat : struct, IEnvironmentFormat => TFormat.Bytes / WordsInEnvironment;

    private static bool IsStack(Op* o) => (o->Scale & Op.StackReference) != 0;
}
