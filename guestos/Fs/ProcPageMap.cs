using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/pagemap: one 64-bit word per page of the address space (Linux's Documentation/admin-guide/mm/pagemap.rst).</summary>
internal sealed unsafe class ProcPageMap : OpenFile
{
    private const ulong Present = 1UL << 63;
    private const ulong Swapped = 1UL << 62;
    private const ulong FilePage = 1UL << 61;
    private const int SlotShift = 5;
    private const ulong Exclusive = 1UL << 56;
    private const int ChunkWords = 64;

    private readonly ProcOwner _owner;

    /// <summary>Takes a reference to the inode.</summary>
    public ProcPageMap(ProcInode inode, uint flags)
    {
        inode.AddReference();
        Inode = inode;
        Flags = flags;
        _owner = inode.Owner;
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        long done = ReadAt(buffer, lengthBytes, Position);
        if (done > 0) Position += (ulong)done;
        return done;
    }

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (((offset | lengthBytes) & 7) != 0) return -Errno.Invalid;
        AddressSpace space = _owner.Process?.Space;
        if (space == null) return 0;
        ulong page = offset >> 3, end = UserMemory.End >> 12;
        if (page >= end) return 0;
        if (lengthBytes >> 3 < end - page) end = page + (lengthBytes >> 3);
        ulong* words = stackalloc ulong[ChunkWords];
        ulong done = 0;
        space.AddReference();
        bool success = true;
        while (success && page < end)
        {
            int count = 0;
            for (; count < ChunkWords && page < end; count++, page++) words[count] = WordOf(space, page << 12);
            success = buffer.Put(done, words, (ulong)count * 8);
            if (success) done += (ulong)count * 8;
        }
        space.Release();
        return success || done != 0 ? (long)done : -Errno.Fault;
    }

    public override long Seek(long offset, int whence)
    {
        if (whence == 1) offset += (long)Position;
        else if (whence != 0) return -Errno.Invalid;
        if (offset < 0) return -Errno.Invalid;
        Position = (ulong)offset;
        return offset;
    }

    private static ulong WordOf(AddressSpace space, ulong address)
    {
        PageTableEntry entry = PageTable.Lookup(space.Root, address);
        if (entry.IsSwap) return Swapped | (ulong)entry.SwapSlot << SlotShift;
        if (!PageTable.HoldsFrame(entry)) return 0;
        VmArea area = space.Find(address);
        if (area == null) return 0;
        ulong word = Present | entry.Frame;
        bool isZero = entry.Frame == PageTable.ZeroFrame;
        uint mappings = isZero ? 2 : PageCensus.Mappings(area, address, entry.Frame, out bool isCached);
        if (!isZero && area.Source != null && area.Source.FindCached(area.PageIndex(address)) == entry.Frame) word |= FilePage;
        return mappings == 1 ? word | Exclusive : word;
    }
}
