using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// The cached pages of one inode: page index -> frame, each frame with one reference of the cache. Shared by read, write and every mapping.
/// </summary>
internal sealed unsafe class PageCache : InodePages
{
    /// <summary>Pages one request to the file system moves at most.</summary>
    public const int MaximumRun = 64;

    private const ulong DirtyBit = 1;
    private const int FrameShift = 1;

    // The page is in swap space; the slot is where the frame would be.
    private const ulong SwapBit = 1UL << 63;

    // Tells caches apart, past ones too.
    private readonly ulong _number = ++s_lastNumber;
    private static ulong s_lastNumber;

    // Frame << 1 | dirty, or SwapBit | slot << 1.
    private PageTree _pages;
    private ReadAheadWindow _ahead;
    private ulong _pageCount;

    /// <summary>Changed pages, since when there are any, and the links of the list of such caches; only <see cref="DirtyFiles"/> changes them.</summary>
    public ulong DirtyCount;
    public ulong DirtySince;
    public PageCache NextDirty;
    public PageCache PreviousDirty;

    /// <summary>Pages in swap space, and the links of the list of caches that have any; only <see cref="MemoryFileSwap"/> changes them.</summary>
    public ulong SwappedCount;
    public PageCache NextSwapped;
    public PageCache PreviousSwapped;

    /// <summary>Failures to write back.</summary>
    public WriteErrors Errors;

    /// <summary>The cache of an inode, which owns it; a mapping counts on the inode.</summary>
    public PageCache(Inode inode)
        : base(inode)
    {
    }

    /// <summary>Pages that file systems with a device read and wrote, for /proc/vmstat.</summary>
    public static ulong PagesRead;
    public static ulong PagesWritten;

    /// <summary>Pages of all caches, for /proc/meminfo.</summary>
    public static ulong TotalPages { get; private set; }

    public override ulong PageCount => _pageCount;

    public override bool TracksWrites => Inode.NeedsWriteBack || Inode.ReadAheadPages != 0;

    public override bool AlignsHugePages => Inode.FileSystem != null && Inode.FileSystem.AlignsHugePages;

    public override bool IsSwapBacked => Inode.IsInMemory;

    public override bool IsUnevictable => Inode is SharedSegment { IsLocked: true };

    public override void OnUnmapped()
    {
        if (Mappings.SharedCount == 0) WriteBack();
        base.OnUnmapped();
    }

    public override uint FindCached(ulong pageIndex)
    {
        ulong word = _pages.Get(pageIndex);
        return (word & SwapBit) == 0 ? (uint)(word >> FrameShift) : 0;
    }

    public override bool IsSwapped(ulong pageIndex) => (_pages.Get(pageIndex) & SwapBit) != 0;

    public override bool FindSwapped(ref ulong pageIndex)
    {
        for (; SwappedCount != 0 && _pages.Next(ref pageIndex, out ulong word); pageIndex++)
            if ((word & SwapBit) != 0) return true;
        return false;
    }

    /// <summary>The frame of a page that is cached or in swap space, without reading from a file; 0 when there is neither, or no memory for it.</summary>
    public uint Bring(ulong pageIndex)
    {
        if (IsSwapped(pageIndex)) MemoryFileSwap.In(this, pageIndex);
        return FindCached(pageIndex);
    }

    /// <summary>Pages of [first, end) that are neither cached nor in swap space.</summary>
    public ulong CountHoles(ulong firstPage, ulong endPage)
    {
        ulong holes = endPage - firstPage;
        for (ulong index = firstPage; _pages.Next(ref index, out _) && index < endPage; index++) holes--;
        return holes;
    }

    /// <summary>Moves to the first page from an index on that is cached; false when there is none.</summary>
    public bool FindNext(ref ulong pageIndex) => _pages.Next(ref pageIndex, out _);

    public override int Fill(ulong firstPage, int pageCount) => Fill(firstPage, pageCount, readsAhead: true);

    public override int FillExactly(ulong firstPage, int pageCount) => Fill(firstPage, pageCount, readsAhead: false);

    private int Fill(ulong firstPage, int pageCount, bool readsAhead)
    {
        ulong fileEnd = (Inode.SizeBytes + 4095) >> 12;
        if (firstPage >= fileEnd) return -Errno.InputOutput;
        ulong end = firstPage + (ulong)pageCount < fileEnd ? firstPage + (ulong)pageCount : fileEnd;
        ulong page = firstPage;
        while (page < end && FindCached(page) != 0) page++;
        if (page == end) return 0;
        if (readsAhead && Inode.ReadAheadPages != 0) end = _ahead.Advance(page, end, fileEnd, (ulong)Inode.ReadAheadPages);
        while (page < end)
        {
            if (FindCached(page) != 0)
            {
                page++;
                continue;
            }
            int run = 1;
            while (run < MaximumRun && page + (ulong)run < end && _pages.Get(page + (ulong)run) == 0) run++;
            bool isSwapped = IsSwapped(page);
            if (isSwapped) run = 1;
            int error = isSwapped ? MemoryFileSwap.In(this, page) : ReadRun(page, run);
            if (error != 0) return FindCached(firstPage) != 0 ? 0 : error;
            page += (ulong)run;
        }
        return 0;
    }

    public override void OnTouched(ulong pageIndex)
    {
        if (_ahead.IsDue(pageIndex)) Fill(_ahead.End, 1);
    }

    public override void MarkDirty(ulong pageIndex)
    {
        if (!Inode.NeedsWriteBack) return;
        ulong word = _pages.Get(pageIndex);
        if (word == 0 || (word & DirtyBit) != 0) return;
        _pages.Set(pageIndex, word | DirtyBit);
        DirtyFiles.Count(this);
    }

    /// <summary>
    /// The frame of a page that is about to be written, cached. Read in first unless the write covers all of it or it lies beyond the file's end.
    /// </summary>
    public int PrepareWrite(ulong page, bool isWhole, out uint frame)
    {
        frame = Bring(page);
        if (frame != 0) return 0;
        if (IsSwapped(page)) return -Errno.NoMemory;
        if (!isWhole && page << 12 < Inode.SizeBytes)
        {
            int error = Fill(page, 1);
            frame = FindCached(page);
            return frame != 0 ? 0 : error;
        }
        frame = AllocateFrame(out int shortage);
        if (frame == 0) return shortage;
        Memory.ClearPage(Physical.FramePointer(frame));
        Insert(page, frame);
        return 0;
    }

    /// <summary>
    /// Writes all changed pages back: 0, or the first error. What cannot be written counts as written, as on Linux, and is in <see cref="Errors"/>.
    /// </summary>
    public int WriteBack() => WriteBack(0, ulong.MaxValue);

    /// <summary>Writes the changed pages of [first, end) back. Who maps them loses write permission, so that the next store is noticed.</summary>
    public int WriteBack(ulong firstPage, ulong endPage)
    {
        int result = 0;
        ulong index = firstPage;
        uint* frames = stackalloc uint[MaximumRun];
        while (DirtyCount > 0 && _pages.Next(ref index, out ulong word) && index < endPage)
        {
            ulong first = index;
            int run = 0;
            while (run < MaximumRun && (word & DirtyBit) != 0 && index < endPage)
            {
                uint frame = (uint)(word >> FrameShift);
                frames[run++] = frame;
                WriteProtect.Page(this, index, frame);
                Clean(index, word);
                word = _pages.Get(++index);
            }
            if (run == 0)
            {
                index++;
                continue;
            }
            DirtyFiles.PagesWrittenBack += (ulong)run;
            int error = Inode.WritePages(first, run, frames);
            if (error != 0 && run > 1) error = WriteEach(first, run, frames);
            if (error == 0) continue;
            Errors.Add(error);
            if (result == 0) result = error;
        }
        return result;
    }

    /// <summary>Writes pages one by one: a page that cannot be written must not take its neighbours with it. 0, or the first error.</summary>
    private int WriteEach(ulong first, int count, uint* frames)
    {
        int result = 0;
        for (int i = 0; i < count; i++)
        {
            int error = Inode.WritePages(first + (ulong)i, 1, frames + i);
            if (result == 0) result = error;
        }
        return result;
    }

    /// <summary>
    /// Forgets pages beyond a new file end and zeroes the rest of the last page. Who maps them, or copies of them, finds nothing there: SIGBUS.
    /// </summary>
    public void Truncate(ulong sizeBytes)
    {
        ulong index = (sizeBytes + 4095) >> 12;
        Withdraw.Pages(this, index, ulong.MaxValue, withCopies: true);
        while (_pages.Next(ref index, out ulong word)) Drop(index, word);
        ClearBeyond(sizeBytes, sizeBytes >> 12);
    }

    /// <summary>Zeroes what one cached page holds beyond a file end: what a mapping or a broken-off write left there is not the file's.</summary>
    public void ClearBeyond(ulong sizeBytes, ulong page)
    {
        ulong start = sizeBytes > page << 12 ? sizeBytes - (page << 12) : 0;
        uint frame = start >= 4096 ? 0 : Bring(page);
        if (frame != 0) Memory.Set(Physical.FramePointer(frame) + start, 0, 4096 - start);
    }

    public override void Replace(ulong pageIndex, uint frame) =>
        _pages.Set(pageIndex, (ulong)frame << FrameShift | _pages.Get(pageIndex) & DirtyBit);

    public override int PunchHole(ulong firstPage, ulong endPage)
    {
        if (!Inode.IsInMemory) return -Errno.NotSupported;
        if ((Inode.Seals & FileSeals.AnyWrite) != 0) return -Errno.NotPermitted;
        Withdraw.Pages(this, firstPage, endPage, withCopies: false);
        for (ulong index = firstPage; _pages.Next(ref index, out ulong word) && index < endPage; index++) Drop(index, word);
        return 0;
    }

    /// <summary>Drops every page that has not been changed, for who maps it too: it is read again when it is wanted again.</summary>
    public void Forget()
    {
        ulong index = 0;
        while (_pages.Next(ref index, out ulong word))
        {
            if ((word & (DirtyBit | SwapBit)) == 0)
            {
                Withdraw.Pages(this, index, index + 1, withCopies: false);
                Drop(index, word);
            }
            index++;
        }
    }

    /// <summary>Frees pages that are neither changed nor in use elsewhere; returns how many.</summary>
    public uint DropUnused() => DropUnused(0, ulong.MaxValue);

    /// <summary>Frees those of the pages [first, end) that are neither changed nor in use elsewhere; returns how many.</summary>
    public uint DropUnused(ulong firstPage, ulong endPage)
    {
        uint freed = 0;
        ulong index = firstPage;
        while (_pages.Next(ref index, out ulong word) && index < endPage)
        {
            if ((word & (DirtyBit | SwapBit)) == 0 && FrameAllocator.References((uint)(word >> FrameShift)) == 1)
            {
                Drop(index, word);
                freed++;
            }
            index++;
        }
        return freed;
    }

    /// <summary>Drops every page; frames still mapped live on until they are unmapped.</summary>
    public void Clear()
    {
        Truncate(0);
        _pages.Clear();
    }

    /// <summary>Frees the cache's own memory.</summary>
    public override void Destroy()
    {
        Clear();
        KernelHeap.Free(this);
    }

    private int ReadRun(ulong first, int count)
    {
        uint* frames = stackalloc uint[MaximumRun];
        int allocated = 0, shortage = 0;
        while (allocated < count)
        {
            uint frame = AllocateFrame(out shortage);
            if (frame == 0) break;
            frames[allocated++] = frame;
        }
        int error = allocated == 0 ? shortage : Inode.ReadPages(first, allocated, frames);
        for (int i = 0; i < allocated; i++)
        {
            if (error == 0)
            {
                Insert(first + (ulong)i, frames[i]);
                Workingset.FileRead(_number, first + (ulong)i, frames[i]);
            }
            else
            {
                Inode.ReturnPage();
                FrameAllocator.Release(frames[i]);
            }
        }
        return error != 0 ? error : allocated < count ? shortage : 0;
    }

    /// <summary>A frame for one more page, or 0 and the reason: -ENOSPC or -ENOMEM.</summary>
    private uint AllocateFrame(out int shortage)
    {
        shortage = -Errno.NoSpace;
        if (!Inode.ClaimPage()) return 0;
        shortage = -Errno.NoMemory;
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) Inode.ReturnPage();
        return frame;
    }

    /// <summary>
    /// Writes the page back if it was changed, or to swap when it has no file, then drops it. A page that the file system refuses is lost, as on Linux: kept,
    /// such pages would fill all memory. Who wrote it learns of it by <see cref="Errors"/>.
    /// </summary>
    public override bool TryEvict(ulong pageIndex)
    {
        ulong word = _pages.Get(pageIndex);
        if (word == 0 || (word & SwapBit) != 0) return false;
        if (IsSwapBacked) return !IsUnevictable && MemoryFileSwap.TryOut(this, pageIndex, (uint)(word >> FrameShift));
        if ((word & DirtyBit) != 0)
        {
            uint frame = (uint)(word >> FrameShift);
            int error = Inode.WritePages(pageIndex, 1, &frame);
            if (error != 0) Errors.Add(error);
            DirtyFiles.PagesWrittenBack++;
            word = _pages.Get(pageIndex);
        }
        Workingset.FileEvicted(_number, pageIndex, (uint)(word >> FrameShift));
        Drop(pageIndex, word);
        return true;
    }

    /// <summary>A cached page is on swap from now on: the slot takes its frame's place, and the frame is free.</summary>
    public void ReplaceBySlot(ulong page, uint frame, uint slot)
    {
        _pages.Set(page, SwapBit | (ulong)slot << FrameShift);
        TotalPages--;
        FrameTable.Detach(frame);
        FrameAllocator.Release(frame);
    }

    /// <summary>A page on swap has come back to a frame, whose reference the cache takes over.</summary>
    public void ReplaceByFrame(ulong page, uint frame)
    {
        _pages.Set(page, (ulong)frame << FrameShift);
        TotalPages++;
        FrameTable.AttachFile(frame, this, page);
    }

    /// <summary>The slot of a page that <see cref="IsSwapped"/>.</summary>
    public uint SlotOf(ulong page) => SlotOfWord(_pages.Get(page));

    private void Insert(ulong page, uint frame)
    {
        _pages.Set(page, (ulong)frame << FrameShift);
        FrameTable.AttachFile(frame, this, page);
        TotalPages++;
        _pageCount++;
    }

    private void Drop(ulong page, ulong word)
    {
        if ((word & DirtyBit) != 0) Clean(page, word);
        _pages.Set(page, 0);
        _pageCount--;
        Inode.ReturnPage();
        if ((word & SwapBit) != 0)
        {
            MemoryFileSwap.Discard(this, SlotOfWord(word));
            return;
        }
        TotalPages--;
        FrameTable.Detach((uint)(word >> FrameShift));
        FrameAllocator.Release((uint)(word >> FrameShift));
    }

    private static uint SlotOfWord(ulong word) => (uint)((word & ~SwapBit) >> FrameShift);

    private void Clean(ulong page, ulong word)
    {
        _pages.Set(page, word & ~DirtyBit);
        DirtyFiles.Discount(this);
    }
}
