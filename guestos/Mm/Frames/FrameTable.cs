using System;
using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>What a frame of a program's or a file's memory is.</summary>
[Flags]
internal enum FrameFlags : uint
{
    None = 0,

    /// <summary>On, or meant for, an active list. This flag and the next two say which <see cref="PageList"/> it is.</summary>
    Active = 1,

    /// <summary>Its content goes to swap, as there is no file to go to.</summary>
    SwapBacked = 2,

    /// <summary>On, or meant for, the list that reclaim never looks at.</summary>
    Unevictable = 4,

    /// <summary>A program's own memory; <see cref="FrameRecord.Owner"/> is a family, not a page source.</summary>
    Anonymous = 8,

    /// <summary>Used since reclaim looked last; the second time makes it active.</summary>
    Referenced = 16,

    /// <summary>Its swap slot holds an older content.</summary>
    Dirty = 32,

    /// <summary>MADV_FREE: may be thrown away unless written again.</summary>
    LazyFree = 64,

    /// <summary>
    /// The first frame of a huge page that was never mapped in small pages. It stands for all 512: they have no records of their own yet, its
    /// <see cref="FrameRecord.MapCount"/> counts page directory entries.
    /// </summary>
    Huge = 128,

    /// <summary>A page of a file, or of memory that has the form of a file; <see cref="FrameRecord.Owner"/> is its source.</summary>
    File = 256,

    /// <summary>A locked area shows it: counted by <see cref="LockedPages"/>.</summary>
    Locked = 512,

    /// <summary>On one of the <see cref="PageLists"/>.</summary>
    Listed = 1024,

    /// <summary>It was active before; <see cref="GuestOs.Mm.Workingset"/> keeps this when it goes.</summary>
    Workingset = 2048,

    /// <summary>Read from swap because its neighbour was wanted.</summary>
    ReadAhead = 4096,

    /// <summary>Of each frame of a huge page that is mapped in small pages now, all of which are still there.</summary>
    PartOfHuge = 8192,
}

/// <summary>What the kernel knows of a frame besides its references (Linux's struct page).</summary>
internal unsafe struct FrameRecord
{
    /// <summary>
    /// The <see cref="AnonymousFamily"/> or the <see cref="PageSource"/> it belongs to, if it <see cref="HasOwner"/>. Of an anonymous frame that nothing maps
    /// (<see cref="SwapCache"/>) it means nothing.
    /// </summary>
    public void* Owner;

    /// <summary>Its page in the owner: <see cref="VmArea.PageIndex"/> of any area that shows it.</summary>
    public ulong PageIndex;

    /// <summary>Neighbours in its list; those of a list's ends are its head (<see cref="PageLists"/>).</summary>
    public uint Next;
    public uint Previous;

    /// <summary>The slot that it is the swap cache's page of, 0 for none.</summary>
    public uint SwapSlot;

    /// <summary>Page table entries that hold it; of anonymous frames only.</summary>
    public uint MapCount;
    public FrameFlags Flags;

    /// <summary>True for a page of a program or a file; the owner means nothing otherwise.</summary>
    public readonly bool HasOwner => (Flags & (FrameFlags.Anonymous | FrameFlags.File)) != 0;

    public readonly bool Is(FrameFlags flags) => (Flags & flags) == flags;

    public void Set(FrameFlags flags) => Flags |= flags;

    public void Clear(FrameFlags flags) => Flags &= ~flags;
}

/// <summary>A record for every frame. It means something for frames in use only: <see cref="FrameAllocator"/> resets it when it hands a frame out.</summary>
internal static unsafe class FrameTable
{
    private static FrameRecord* s_records;

    /// <summary>Bytes of the records of so many frames, and of the heads of the page lists behind them.</summary>
    public static ulong SizeBytes(ulong frameCount) => (frameCount + PageLists.ListCount) * (ulong)sizeof(FrameRecord);

    /// <summary>Takes over memory for the records of all frames, whatever is in it.</summary>
    public static void Initialize(byte* table, uint frameCount)
    {
        s_records = (FrameRecord*)table;
        PageLists.Initialize(frameCount);
    }

    /// <summary>The record of a frame of RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FrameRecord* Of(uint frame) => s_records + frame;

    /// <summary>Forgets what a frame was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reset(uint frame) => s_records[frame].Flags = FrameFlags.None;

    /// <summary>A frame holds a page of a file, or of memory that has the form of a file. Reclaim may take it from now on.</summary>
    public static void AttachFile(uint frame, PageSource source, ulong pageIndex) => AttachFile(frame, source, pageIndex, FrameFlags.None);

    /// <summary>An anonymous frame that nothing maps becomes a page of memory that has the form of a file; what reclaim knows of its use stays.</summary>
    public static void MoveToSource(uint frame, PageSource source, ulong pageIndex)
    {
        const FrameFlags Use = FrameFlags.Active | FrameFlags.Referenced | FrameFlags.Workingset;
        PageLists.Remove(frame);
        AttachFile(frame, source, pageIndex, source.IsUnevictable ? FrameFlags.None : Of(frame)->Flags & Use);
    }

    /// <summary>
    /// A frame holds a page of a family's own, with no mapping yet, or of nobody known (null) until <see cref="SetFamily"/>. Reclaim may take it from now on.
    /// Returns its record.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FrameRecord* AttachAnonymous(uint frame, AnonymousFamily family, ulong pageIndex) =>
        Attach(frame, Unsafe.AddressOf(family), pageIndex, FrameFlags.Anonymous | FrameFlags.SwapBacked);

    /// <summary>An anonymous frame that nothing maps is a family's from now on.</summary>
    public static void SetFamily(uint frame, AnonymousFamily family, ulong pageIndex)
    {
        s_records[frame].Owner = Unsafe.AddressOf(family);
        s_records[frame].PageIndex = pageIndex;
    }

    /// <summary>512 frames hold a huge page of a family's own, with no mapping yet. Reclaim may take it from now on.</summary>
    public static void AttachHuge(uint firstFrame, AnonymousFamily family, ulong pageIndex) =>
        Attach(firstFrame, Unsafe.AddressOf(family), pageIndex, FrameFlags.Anonymous | FrameFlags.SwapBacked | FrameFlags.Huge);

    /// <summary>From now on each frame of a huge page stands for itself, with flags that none had.</summary>
    public static void Expand(uint firstFrame, FrameFlags added)
    {
        PageLists.Remove(firstFrame);
        FrameRecord head = s_records[firstFrame];
        head.Clear(FrameFlags.Huge);
        head.Set(added);
        for (uint i = 0; i < HugePage.Frames; i++, head.PageIndex++)
        {
            s_records[firstFrame + i] = head;
            PageLists.Add(firstFrame + i);
        }
    }

    /// <summary>A frame belongs to nobody any more; who has references may still look at it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Detach(uint frame)
    {
        PageLists.Remove(frame);
        if (Of(frame)->Is(FrameFlags.Locked)) LockedPages.Forget(frame);
        Reset(frame);
    }

    private static void AttachFile(uint frame, PageSource source, ulong pageIndex, FrameFlags kept)
    {
        FrameFlags flags = FrameFlags.File | kept;
        if (source.IsSwapBacked) flags |= FrameFlags.SwapBacked;
        if (source.IsUnevictable) flags |= FrameFlags.Unevictable;
        Attach(frame, Unsafe.AddressOf(source), pageIndex, flags);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FrameRecord* Attach(uint frame, void* owner, ulong pageIndex, FrameFlags flags)
    {
        FrameRecord* record = s_records + frame;
        record->Owner = owner;
        record->PageIndex = pageIndex;
        record->SwapSlot = 0;
        record->MapCount = 0;
        record->Flags = flags;
        PageLists.Add(frame);
        return record;
    }
}
