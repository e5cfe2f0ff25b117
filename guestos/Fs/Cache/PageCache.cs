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

    // Tells caches apart, past ones too.
    private readonly ulong _number = ++s_lastNumber;
    private static ulong s_lastNumber;

    // Page index -> CachedPage.
    private PageTree _pages;
    private ReadAheadWindow _ahead;
    private ulong _pageCount;

    // While there are changed pages, all of them are in [first, end): a large file with few of them is not searched for them.
    private ulong _firstDirty;
    private ulong _endDirty;

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

    /// <summary>A page that was only allocated is not found until somebody writes it (<see cref="PrepareWrite"/>) or maps it (<see cref="Fill(ulong, int)"/>).</summary>
    public override uint FindCached(ulong pageIndex)
    {
        CachedPage page = Page(pageIndex);
        return page.IsUnwritten ? 0 : page.Frame;
    }

    public override uint SlotOf(ulong pageIndex)
    {
        CachedPage page = Page(pageIndex);
        return page.IsSwapped ? page.Slot : 0;
    }

    /// <summary>True when a page is in swap space.</summary>
    public bool IsSwapped(ulong pageIndex) => Page(pageIndex).IsSwapped;

    public override bool FindSwapped(ref ulong pageIndex)
    {
        for (; SwappedCount != 0 && Next(ref pageIndex, out CachedPage page); pageIndex++)
            if (page.IsSwapped) return true;
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

    /// <summary>Moves to the first page from an index on that is cached or in swap space and written; false when there is none.</summary>
    public bool FindNext(ref ulong pageIndex)
    {
        for (; Next(ref pageIndex, out CachedPage page); pageIndex++)
            if (!page.IsUnwritten) return true;
        return false;
    }

    /// <summary>Makes a page of zeros that counts as a hole; one that is there counts as data then, as on Linux. 0, -ENOSPC or -ENOMEM.</summary>
    public int Reserve(ulong pageIndex)
    {
        bool isNew = Page(pageIndex).IsNothing;
        int error = PrepareWrite(pageIndex, isWhole: true, out _);
        if (error == 0 && isNew) Set(pageIndex, Page(pageIndex).Unwritten);
        return error;
    }

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
            while (run < MaximumRun && page + (ulong)run < end && Page(page + (ulong)run).IsNothing) run++;
            bool isThere = !Page(page).IsNothing;
            if (isThere) run = 1;
            int error = !isThere ? ReadRun(page, run) : IsSwapped(page) ? MemoryFileSwap.In(this, page) : 0;
            if (isThere && error == 0) Set(page, Page(page).Written);
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
        CachedPage page = Page(pageIndex);
        if (page.IsNothing || page.IsDirty) return;
        Set(pageIndex, page.Dirtied);
        if (DirtyCount == 0 || pageIndex < _firstDirty) _firstDirty = pageIndex;
        if (DirtyCount == 0 || pageIndex >= _endDirty) _endDirty = pageIndex + 1;
        DirtyFiles.Count(this);
    }

    /// <summary>
    /// The frame of a page that is about to be written, cached. Read in first unless the write covers all of it or it lies beyond the file's end.
    /// </summary>
    public int PrepareWrite(ulong page, bool isWhole, out uint frame)
    {
        if (Page(page).IsUnwritten) Set(page, Page(page).Written);
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

    /// <summary>Writes all changed pages back: 0, or the first error (<see cref="DirtyPages"/>).</summary>
    public int WriteBack() => DirtyPages.WriteBack(this, 0, ulong.MaxValue);

    /// <summary>Moves to the first page of [index, end) that is changed; false when there is none.</summary>
    public bool FindDirty(ref ulong index, ulong end)
    {
        if (index < _firstDirty) index = _firstDirty;
        if (end > _endDirty) end = _endDirty;
        for (; DirtyCount > 0 && Next(ref index, out CachedPage page) && index < end; index++)
            if (page.IsDirty) return true;
        return false;
    }

    /// <summary>The frame of a changed page; 0 when it is not changed.</summary>
    public uint DirtyFrame(ulong index)
    {
        CachedPage page = Page(index);
        return page.IsDirty ? page.Frame : 0;
    }

    /// <summary>A changed page counts as written from now on.</summary>
    public void MarkClean(ulong index) => Clean(index, Page(index));

    /// <summary>
    /// Forgets pages beyond a new file end and zeroes the rest of the last page. Who maps them, or copies of them, finds nothing there: SIGBUS.
    /// </summary>
    public void Truncate(ulong sizeBytes)
    {
        ulong index = (sizeBytes + 4095) >> 12;
        Withdraw.Pages(this, index, ulong.MaxValue, withCopies: true);
        while (Next(ref index, out CachedPage page)) Drop(index, page);
        ClearBeyond(sizeBytes, sizeBytes >> 12);
    }

    /// <summary>Zeroes what one cached page holds beyond a file end: what a mapping or a broken-off write left there is not the file's.</summary>
    public void ClearBeyond(ulong sizeBytes, ulong page)
    {
        ulong start = sizeBytes > page << 12 ? sizeBytes - (page << 12) : 0;
        uint frame = start >= 4096 ? 0 : Bring(page);
        if (frame != 0) Memory.Set(Physical.FramePointer(frame) + start, 0, 4096 - start);
    }

    public override void Replace(ulong pageIndex, uint frame) => Set(pageIndex, Page(pageIndex).In(frame));

    public override int PunchHole(ulong firstPage, ulong endPage)
    {
        if (!Inode.IsInMemory) return -Errno.NotSupported;
        if ((Inode.Seals & FileSeals.AnyWrite) != 0) return -Errno.NotPermitted;
        Withdraw.Pages(this, firstPage, endPage, withCopies: false);
        for (ulong index = firstPage; Next(ref index, out CachedPage page) && index < endPage; index++) Drop(index, page);
        return 0;
    }

    /// <summary>Drops every page that has not been changed, for who maps it too: it is read again when it is wanted again.</summary>
    public void Forget()
    {
        for (ulong index = 0; Next(ref index, out CachedPage page); index++)
        {
            if (page.IsDirty || page.IsSwapped) continue;
            Withdraw.Pages(this, index, index + 1, withCopies: false);
            Drop(index, page);
        }
    }

    /// <summary>Frees pages that are neither changed nor in use elsewhere; returns how many.</summary>
    public uint DropUnused() => DropUnused(0, ulong.MaxValue);

    /// <summary>Frees those of the pages [first, end) that are neither changed nor in use elsewhere; returns how many.</summary>
    public uint DropUnused(ulong firstPage, ulong endPage)
    {
        uint freed = 0;
        for (ulong index = firstPage; Next(ref index, out CachedPage page) && index < endPage; index++)
        {
            if (page.IsDirty || page.IsSwapped || FrameAllocator.References(page.Frame) != 1) continue;
            Drop(index, page);
            freed++;
        }
        return freed;
    }

    protected override void DropAll()
    {
        Truncate(0);
        _pages.Clear();
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
        CachedPage page = Page(pageIndex);
        if (page.Frame == 0) return false;
        if (IsSwapBacked) return !IsUnevictable && MemoryFileSwap.TryOut(this, pageIndex, page.Frame);
        if (page.IsDirty) DirtyPages.WriteBack(this, pageIndex, pageIndex + 1);
        Workingset.FileEvicted(_number, pageIndex, page.Frame);
        Drop(pageIndex, Page(pageIndex));
        return true;
    }

    /// <summary>A cached page is on swap from now on: the slot takes its frame's place, and the frame is free.</summary>
    public void ReplaceBySlot(ulong page, uint frame, uint slot)
    {
        Set(page, CachedPage.InSlot(slot));
        TotalPages--;
        FrameTable.Detach(frame);
        FrameAllocator.Release(frame);
    }

    /// <summary>A page on swap has come back to a frame of the swap cache, which becomes this cache's.</summary>
    public void ReplaceByFrame(ulong page, uint frame)
    {
        SwapCache.Take(frame, this, page);
        Set(page, CachedPage.InFrame(frame));
        TotalPages++;
    }

    private void Insert(ulong page, uint frame)
    {
        Set(page, CachedPage.InFrame(frame));
        FrameTable.AttachFile(frame, this, page);
        TotalPages++;
        _pageCount++;
    }

    private void Drop(ulong index, CachedPage page)
    {
        if (page.IsDirty) Clean(index, page);
        _pages.Set(index, 0);
        _pageCount--;
        Inode.ReturnPage();
        if (page.IsSwapped)
        {
            MemoryFileSwap.Discard(this, page.Slot);
            return;
        }
        TotalPages--;
        FrameTable.Detach(page.Frame);
        FrameAllocator.Release(page.Frame);
    }

    private void Clean(ulong index, CachedPage page)
    {
        Set(index, page.Cleaned);
        DirtyFiles.Discount(this);
    }

    private CachedPage Page(ulong index) => new CachedPage(_pages.Get(index));

    private void Set(ulong index, CachedPage page) => _pages.Set(index, page.Word);

    /// <summary>Moves to the first page from an index on of which there is something; false when there is none.</summary>
    private bool Next(ref ulong index, out CachedPage page)
    {
        bool isThere = _pages.Next(ref index, out ulong word);
        page = new CachedPage(word);
        return isThere;
    }
}
