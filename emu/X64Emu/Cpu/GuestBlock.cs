using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>Memory operands of more than 64 bytes, up to a page: state images.</summary>
internal static unsafe class GuestBlock
{
    /// <summary>Reads a block; false when the access faults, which is then recorded.</summary>
    public static bool Read(CpuState* c, Op* o, ulong address, byte* destination, int lengthBytes)
    {
        if ((int)(address & 0xfff) + lengthBytes > 4096 && !MayAccess(c, o, address, lengthBytes, AccessKind.Read)) return false;
        AccessMode mode = GuestAccess.ModeOf(c);
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        bool done = true;
        for (int offset = 0; done && offset < lengthBytes; offset += CheckedAccess.MaxBytes)
        {
            int piece = Math.Min(CheckedAccess.MaxBytes, lengthBytes - offset);
            done = GuestAccess.Read(c, address + (ulong)offset, destination + offset, piece, mode, IsStack(o));
        }
        memory.IgnoresAlignment = false;
        return done;
    }

    /// <summary>Writes a block; false when the access faults, which is then recorded, and nothing is written.</summary>
    public static bool Write(CpuState* c, Op* o, ulong address, byte* source, int lengthBytes)
    {
        if ((int)(address & 0xfff) + lengthBytes > 4096 && !MayAccess(c, o, address, lengthBytes, AccessKind.Write)) return false;
        AccessMode mode = GuestAccess.ModeOf(c);
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        bool done = true;
        for (int offset = 0; done && offset < lengthBytes; offset += CheckedAccess.MaxBytes)
        {
            int piece = Math.Min(CheckedAccess.MaxBytes, lengthBytes - offset);
            done = GuestAccess.Write(c, address + (ulong)offset, source + offset, piece, mode, IsStack(o));
        }
        memory.IgnoresAlignment = false;
        return done;
    }

    /// <summary>Reads a part of a block of memory into the same part of <paramref name="block"/>.</summary>
    public static bool Read(CpuState* c, Op* o, ulong address, byte* block, Range part) =>
        Read(c, o, address + (ulong)part.Start.Value, block + part.Start.Value, part.End.Value - part.Start.Value);

    /// <summary>Writes a part of <paramref name="block"/> to the same part of a block of memory.</summary>
    public static bool Write(CpuState* c, Op* o, ulong address, byte* block, Range part) =>
        Write(c, o, address + (ulong)part.Start.Value, block + part.Start.Value, part.End.Value - part.Start.Value);

    /// <summary>Whether a byte can be accessed; if not, the fault is recorded.</summary>
    public static bool MayAccess(CpuState* c, Op* o, ulong address, AccessKind kind)
    {
        if (c->CodeBits != 64) address = (uint)address;
        if (Processor.Of(c).Mmu.TranslateData(address, kind, GuestAccess.ModeOf(c), IsStack(o), out _)) return true;
        c->Exit = ExitReason.Fault;
        return false;
    }

    /// <summary>Whether a block of up to a page can be accessed, looking at its first byte first; if not, the fault is recorded.</summary>
    public static bool MayAccess(CpuState* c, Op* o, ulong address, int lengthBytes, AccessKind kind) =>
        MayAccess(c, o, address, kind) && ((int)(address & 0xfff) + lengthBytes <= 4096 || MayAccess(c, o, address + (ulong)lengthBytes - 1, kind));

    /// <summary>The same, looking at its last byte first.</summary>
    public static bool MayAccessFromEnd(CpuState* c, Op* o, ulong address, int lengthBytes, AccessKind kind) =>
        MayAccess(c, o, address + (ulong)lengthBytes - 1, kind) && ((int)(address & 0xfff) + lengthBytes <= 4096 || MayAccess(c, o, address, kind));

    private static bool IsStack(Op* o) => (o->Scale & Op.StackReference) != 0;
}
