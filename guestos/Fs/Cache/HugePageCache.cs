using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What files of huge pages have for a page cache: pages of the pool. They are never read from anywhere nor sent away.</summary>
internal sealed unsafe class HugePageCache : InodePages
{
    private readonly HugeTlbStore _store = new HugeTlbStore();

    public HugePageCache(Inode inode)
        : base(inode)
    {
    }

    public override HugeTlbStore HugeTlb => _store;

    public override ulong PageCount => _store.Count * HugePage.Frames;

    public override bool TracksWrites => false;

    public override uint FindCached(ulong pageIndex)
    {
        uint first = _store.Page(pageIndex >> HugePage.Order);
        return first == 0 ? 0 : first + (uint)(pageIndex & (HugePage.Frames - 1));
    }

    public override int Fill(ulong firstPage, int pageCount) => 0;

    public override void MarkDirty(ulong pageIndex) { }

    public override int PunchHole(ulong firstPage, ulong endPage)
    {
        if ((Inode.Seals & FileSeals.AnyWrite) != 0) return -Errno.NotPermitted;
        Drop(firstPage, endPage);
        return 0;
    }

    /// <summary>Changes the file's length to one of whole huge pages; what lies beyond goes, promises too. 0, -EINVAL for another length.</summary>
    public int Truncate(ulong sizeBytes)
    {
        if (!HugePage.IsAligned(sizeBytes)) return -Errno.Invalid;
        bool isShorter = sizeBytes < Inode.SizeBytes;
        Inode.SizeBytes = sizeBytes;
        if (isShorter) Drop(sizeBytes >> 12, ulong.MaxValue);
        Inode.Touch();
        return 0;
    }

    /// <summary>Has the pool promise all pages of the first bytes that are not there; false when it cannot.</summary>
    public bool TryReserve(ulong lengthBytes) =>
        lengthBytes >> 12 <= FrameAllocator.TotalFrames && _store.TryReserve(0, HugePage.RoundUp(lengthBytes) / HugePage.Bytes);

    /// <summary>Brings in the pages behind a range of bytes; 0 or -ENOSPC, what it got stays.</summary>
    public int Allocate(ulong offset, ulong lengthBytes)
    {
        ulong end = HugePage.RoundUp(offset + lengthBytes) / HugePage.Bytes;
        for (ulong index = offset / HugePage.Bytes; index < end; index++)
        {
            if (_store.Page(index) != 0) continue;
            uint first = _store.Take(index);
            if (first == 0) return -Errno.NoSpace;
            _store.Keep(index, first);
        }
        return 0;
    }

    /// <summary>Makes a range of bytes zero again: whole huge pages go, the rest is cleared where it is there.</summary>
    public void Punch(ulong offset, ulong lengthBytes)
    {
        ulong end = offset + lengthBytes, firstWhole = HugePage.RoundUp(offset), endWhole = HugePage.RoundDown(end);
        if (firstWhole > endWhole) Clear(offset, end);
        else
        {
            Clear(offset, firstWhole);
            Clear(endWhole, end);
            Drop(firstWhole >> 12, endWhole >> 12);
        }
        Inode.Touch();
    }

    protected override void DropAll() => _store.Release();

    private void Drop(ulong firstPage, ulong endPage)
    {
        Withdraw.Pages(this, firstPage, endPage, withCopies: true);
        _store.Drop(firstPage >> HugePage.Order, endPage == ulong.MaxValue ? endPage : endPage >> HugePage.Order);
    }

    /// <summary>Zeroes bytes within one huge page, where it is there.</summary>
    private void Clear(ulong start, ulong end)
    {
        uint first = start == end ? 0 : _store.Page(start / HugePage.Bytes);
        if (first != 0) Memory.Set(Physical.FramePointer(first) + (start & (HugePage.Bytes - 1)), 0, end - start);
    }
}
