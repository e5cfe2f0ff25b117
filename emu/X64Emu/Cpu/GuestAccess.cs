using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>Memory for complex instructions: reads and writes through <see cref="CheckedAccess"/> that report faults by returning false.</summary>
internal static unsafe class GuestAccess
{
    /// <summary>Reads an operand; false when the access faults, which is then recorded.</summary>
    public static bool Read<TSize>(CpuState* c, ulong address, out ulong value, bool stack = false) where TSize : struct, IOperandSize
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        byte* host = memory.Read(address, TSize.Bytes, memory.Mode, stack);
        value = host == null ? 0 : TSize.Load(host);
        return host != null || Fail(c);
    }

    /// <summary>Writes an operand; false when the access faults, which is then recorded.</summary>
    public static bool Write<TSize>(CpuState* c, ulong address, ulong value, bool stack = false) where TSize : struct, IOperandSize
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        byte* host = memory.Write(address, TSize.Bytes, memory.Mode, stack, keep: false);
        if (host == null) return Fail(c);
        TSize.Store(host, value);
        memory.Commit(TSize.Bytes);
        return true;
    }

    /// <summary>Tells whether an operand could be written; when not, the fault is recorded.</summary>
    public static bool IsWritable<TSize>(CpuState* c, ulong address, bool stack = false) where TSize : struct, IOperandSize =>
        IsWritable(c, address, TSize.Bytes, stack);

    /// <summary>The same for up to <see cref="CheckedAccess.MaxBytes"/> bytes.</summary>
    public static bool IsWritable(CpuState* c, ulong address, int lengthBytes, bool stack)
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        return memory.Write(address, lengthBytes, memory.Mode, stack, keep: false) != null || Fail(c);
    }

    /// <summary>Reads up to <see cref="CheckedAccess.MaxBytes"/> bytes.</summary>
    public static bool Read(CpuState* c, ulong address, byte* destination, int lengthBytes, AccessMode mode, bool stack = false)
    {
        byte* host = Processor.Of(c).Memory.Read(address, lengthBytes, mode, stack);
        if (host == null) return Fail(c);
        Buffer.MemoryCopy(host, destination, lengthBytes, lengthBytes);
        return true;
    }

    /// <summary>Writes up to <see cref="CheckedAccess.MaxBytes"/> bytes.</summary>
    public static bool Write(CpuState* c, ulong address, byte* source, int lengthBytes, AccessMode mode, bool stack = false)
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        byte* host = memory.Write(address, lengthBytes, mode, stack, keep: false);
        if (host == null) return Fail(c);
        Buffer.MemoryCopy(source, host, lengthBytes, lengthBytes);
        memory.Commit(lengthBytes);
        return true;
    }

    /// <summary>Who the running instruction accesses memory as.</summary>
    public static AccessMode ModeOf(CpuState* c) => Processor.Of(c).Memory.Mode;

    private static bool Fail(CpuState* c)
    {
        c->Exit = ExitReason.Fault;
        return false;
    }
}
