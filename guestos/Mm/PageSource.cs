using System;

namespace GuestOs.Mm;

/// <summary>
/// What a file mapping gets its pages from: an inode's page cache. Counted: every VmArea that maps it holds a reference.
/// </summary>
internal abstract unsafe class PageSource
{
    /// <summary>The areas that map it.</summary>
    public AreaIntervals Mappings;

    /// <summary>Address spaces whose program it is, and programs that are being loaded from it: the file is not to be written meanwhile.</summary>
    public int ProgramCount;

    /// <summary>Length of the file; a fault in a page wholly beyond it is SIGBUS.</summary>
    public abstract ulong SizeBytes { get; }

    /// <summary>The frame that caches a page, without taking a reference, or 0 when the page is not cached. Never sleeps.</summary>
    public abstract uint FindCached(ulong pageIndex);

    /// <summary>
    /// Reads pages that are not cached yet into the cache, and perhaps those that are likely to be wanted next; may sleep. Pages beyond the file's end are
    /// skipped; the last page is zero filled.
    /// Returns 0 when at least the first page is cached afterwards, else a negative errno (-EIO, -ENOMEM).
    /// </summary>
    public abstract int Fill(ulong firstPage, int pageCount);

    /// <summary>As <see cref="Fill"/>, without reading ahead.</summary>
    public virtual int FillExactly(ulong firstPage, int pageCount) => Fill(firstPage, pageCount);

    /// <summary>A fault found this page cached: time to read on, if it is one of the last that were read ahead. May sleep.</summary>
    public virtual void OnTouched(ulong pageIndex) { }

    /// <summary>A shared mapping made this cached page writable: it has to be written back some time.</summary>
    public abstract void MarkDirty(ulong pageIndex);

    /// <summary>
    /// True when shared mappings start out read-only so that the first write to a page faults and calls <see cref="MarkDirty"/>; false for memory
    /// that is never written back.
    /// </summary>
    public virtual bool TracksWrites => true;

    /// <summary>An area has begun to map it.</summary>
    public virtual void OnMapped() { }

    /// <summary>An area has ceased to map it; its pages are out of the page tables already.</summary>
    public virtual void OnUnmapped() { }

    /// <summary>Makes pages [first, end) zero again and gives their memory back (MADV_REMOVE). 0 or a negative errno; may sleep.</summary>
    public virtual int PunchHole(ulong firstPage, ulong endPage) => -Errno.NotSupported;

    /// <summary>The huge pages of a file that has no others; null for files in 4 KiB pages.</summary>
    public virtual HugeTlbStore HugeTlb => null;

    /// <summary>True when mappings are placed as if the file had huge pages, as those of ext4 and xfs are.</summary>
    public virtual bool AlignsHugePages => false;

    /// <summary>True for memory that has no file behind it: its pages go to swap.</summary>
    public virtual bool IsSwapBacked => false;

    /// <summary>True while its pages must stay in memory, mapped or not.</summary>
    public virtual bool IsUnevictable => false;

    /// <summary>The swap slot that a page is in, 0 for none; <see cref="Fill"/> brings it back.</summary>
    public virtual uint SlotOf(ulong pageIndex) => 0;

    /// <summary>Moves to the first page from an index on that is in swap space; false when there is none.</summary>
    public virtual bool FindSwapped(ref ulong pageIndex) => false;

    /// <summary>
    /// Frees the frame of a cached page that nothing maps or uses, after writing it to where it can be read from again. False when that cannot be done now.
    /// Never sleeps.
    /// </summary>
    public virtual bool TryEvict(ulong pageIndex) => false;

    /// <summary>A cached page has moved to another frame, with all references.</summary>
    public virtual void Replace(ulong pageIndex, uint frame) { }

    /// <summary>One more user.</summary>
    public abstract void AddReference();

    /// <summary>One user less; the last one may free the object.</summary>
    public abstract void Release();

    /// <summary>The inode's number, for /proc/PID/maps.</summary>
    public abstract ulong InodeNumber { get; }

    /// <summary>Writes the file's path, without NUL, cut to the capacity; returns its length. For /proc/PID/maps and exe.</summary>
    public abstract int CopyPath(byte* buffer, int capacity);
}
