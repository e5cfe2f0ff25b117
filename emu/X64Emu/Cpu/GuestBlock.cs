using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>Memory operands of more than 64 bytes, up to a page: state images.</summary>
internal static unsafe class GuestBlock
{
    /// <summary>Reads a block in pieces, whose size is what #AC takes for their alignment; false when the access faults, which is then
    /// recorded.</summary>
    public static bool Read(CpuState* c, Op* o, ulong address, byte* destination, int lengthBytes, int pieceBytes = CheckedAccess.MaxBytes)
    {
        AccessMode mode = GuestAccess.ModeOf(c);
        if (ReachesLater(address, lengthBytes, pieceBytes)
            && !(GuestAccess.Read(c, address, destination, pieceBytes, mode, IsStack(o)) && MayAccess(c, o, ByteOf(c, o, address, lengthBytes - 1), AccessKind.Read)))
            return false;
        for (int done = 0; done < lengthBytes; done += pieceBytes)
        {
            int piece = Math.Min(pieceBytes, lengthBytes - done);
            if (!GuestAccess.Read(c, ByteOf(c, o, address, done), destination + done, piece, mode, IsStack(o))) return false;
        }
        return true;
    }

    /// <summary>Writes a block likewise; false when the access faults, which is then recorded, and nothing is written.</summary>
    public static bool Write(CpuState* c, Op* o, ulong address, byte* source, int lengthBytes, int pieceBytes = CheckedAccess.MaxBytes)
    {
        AccessMode mode = GuestAccess.ModeOf(c);
        if (ReachesLater(address, lengthBytes, pieceBytes)
            && !(GuestAccess.IsWritable(c, address, pieceBytes, IsStack(o)) && MayAccess(c, o, ByteOf(c, o, address, lengthBytes - 1), AccessKind.Write)))
            return false;
        for (int done = 0; done < lengthBytes; done += pieceBytes)
        {
            int piece = Math.Min(pieceBytes, lengthBytes - done);
            if (!GuestAccess.Write(c, ByteOf(c, o, address, done), source + done, piece, mode, IsStack(o))) return false;
        }
        return true;
    }

    /// <summary>Reads a part of a block of memory into the same part of <paramref name="block"/>.</summary>
    public static bool Read(CpuState* c, Op* o, ulong address, byte* block, Range part) =>
        Read(c, o, ByteOf(c, o, address, part.Start.Value), block + part.Start.Value, part.End.Value - part.Start.Value);

    /// <summary>Writes a part of <paramref name="block"/> to the same part of a block of memory.</summary>
    public static bool Write(CpuState* c, Op* o, ulong address, byte* block, Range part) =>
        Write(c, o, ByteOf(c, o, address, part.Start.Value), block + part.Start.Value, part.End.Value - part.Start.Value);

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
        MayAccess(c, o, address, kind) && ((int)(address & 0xfff) + lengthBytes <= 4096 || MayAccess(c, o, ByteOf(c, o, address, lengthBytes - 1), kind));

    /// <summary>The same, looking at its last byte first.</summary>
    public static bool MayAccessFromEnd(CpuState* c, Op* o, ulong address, int lengthBytes, AccessKind kind) =>
        MayAccess(c, o, ByteOf(c, o, address, lengthBytes - 1), kind) && ((int)(address & 0xfff) + lengthBytes <= 4096 || MayAccess(c, o, address, kind));

    /// <summary>Whether a block reaches a second page, but its first piece does not: then the last byte is looked at before those between, as
    /// CR2 shows.</summary>
    private static bool ReachesLater(ulong address, int lengthBytes, int pieceBytes) =>
        (int)(address & 0xfff) + lengthBytes > 4096 && (int)(address & 0xfff) + pieceBytes <= 4096;

    /// <summary>The address of one byte of a block: with short addresses its offset wraps around, as that of an operand's last byte does not.</summary>
    private static ulong ByteOf(CpuState* c, Op* o, ulong address, int index)
    {
        int addressSize = o->Scale >> Op.AddressSizeShift & 3;
        if (addressSize == 0) return address + (ulong)index;
        ulong segmentBase = *(ulong*)((byte*)c + o->Segment);
        return segmentBase + GeneralAddress.Truncate(address - segmentBase + (ulong)index, addressSize);
    }

    private static bool IsStack(Op* o) => (o->Scale & Op.StackReference) != 0;
}
