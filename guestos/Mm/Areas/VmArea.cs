using System;

namespace GuestOs.Mm;

/// <summary>Permissions and nature of a <see cref="VmArea"/>; the first three have mmap's PROT_ values.</summary>
[Flags]
internal enum VmFlags : uint
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
    Access = Read | Write | Execute,
    Shared = 8,

    /// <summary>A stack: grows when touched below.</summary>
    GrowsDown = 16,

    /// <summary>A shared mapping of a file opened for reading only: mprotect may not add Write.</summary>
    NeverWritable = 32,

    /// <summary>Its pages count against the commit limit (VM_ACCOUNT): private memory that is or was writable.</summary>
    Accounted = 64,

    /// <summary>MAP_NORESERVE: never <see cref="Accounted"/>.</summary>
    NoReserve = 128,

    /// <summary>mlock: its pages stay in memory.</summary>
    Locked = 256,

    /// <summary>madvise's lasting advice.</summary>
    Random = 512,
    Sequential = 1024,
    DontFork = 2048,
    WipeOnFork = 4096,
    DontDump = 8192,
    HugePages = 16384,
    NoHugePages = 32768,

    /// <summary>MAP_HUGETLB and files of huge pages: the area's pages are whole ones of the <see cref="HugeTlbPool"/>.</summary>
    HugeTlb = 65536,

    /// <summary>A page was taken away for the owner: what is not there must not become zeros.</summary>
    HugeTlbLost = 131072,

    /// <summary>
    /// Its page table entries tell which pages were written (<see cref="PageTableEntry.SoftDirty"/>): what is not has no write permission there. Without
    /// it all pages count as written (Linux's VM_SOFTDIRTY).
    /// </summary>
    TracksSoftDirty = 524288,

    /// <summary>MLOCK_ONFAULT, with <see cref="Locked"/>: pages are locked when they come, and never brought in for that.</summary>
    LockedOnFault = 262144,
}

/// <summary>A range of an address space with one set of permissions and one source (Linux's vm_area_struct). Page aligned.</summary>
internal sealed class VmArea
{
    public ulong Start;

    /// <summary>The address after the last byte.</summary>
    public ulong End;
    public VmFlags Flags;

    /// <summary>Where pages come from; null for anonymous memory. The area holds a reference.</summary>
    public PageSource Source;

    /// <summary>The open file that mmap was given, or null. The area holds a reference.</summary>
    public MappedFile File;

    /// <summary>
    /// Page index in <see cref="Source"/> of <see cref="Start"/>. Of anonymous memory, the page number it was first mapped at: what mremap has
    /// moved no longer fits its neighbours.
    /// </summary>
    public ulong PageOffset;

    /// <summary>Huge pages that the pool has promised to a private mapping, which this area is (part of); a forked copy has none. Null for none.</summary>
    public HugeTlbStore Promises;

    /// <summary>The family of the area's own pages, null until it has any: areas with pages of two families cannot be joined.</summary>
    public AnonymousFamily Family { get; private set; }

    /// <summary>The places in the trees of <see cref="AnonymousFamily.Areas"/> and <see cref="PageSource.Mappings"/>; only the trees change them.</summary>
    public IntervalLinks FamilyLinks;
    public IntervalLinks SourceLinks;

    /// <summary>Some of its pages may still be shared with the process it was forked from (Linux's chain of more than one anon_vma).</summary>
    public bool IsInherited { get; private set; }

    /// <summary>How much to read ahead of swapped pages.</summary>
    public SwapWindow SwapWindow;

    /// <summary>The address space the area is in; null while it is in none.</summary>
    public AddressSpace Space;

    /// <summary>Neighbours in address order, and the node of the <see cref="AreaTree"/>; only the tree changes them.</summary>
    public VmArea Next;
    public VmArea Previous;
    public VmArea Left;
    public VmArea Right;
    public int Height;

    /// <summary>The longest gap below an area of this subtree.</summary>
    public ulong LargestGap;

    /// <summary>The free range below the area is [GapStart, GapEnd): a stack keeps its guard gap free.</summary>
    public ulong GapStart => Previous == null ? 0 : Previous.End;

    public ulong GapEnd
    {
        get
        {
            if ((Flags & VmFlags.GrowsDown) == 0) return Start;
            return Start > StackGrowth.GuardGapBytes ? Start - StackGrowth.GuardGapBytes : 0;
        }
    }

    /// <summary>True once the area may hold pages of its own: only then fork copies its page table entries.</summary>
    public bool HasPrivatePages => Family != null;

    public bool IsShared => (Flags & VmFlags.Shared) != 0;
    public bool IsLocked => (Flags & VmFlags.Locked) != 0;
    public bool IsHugeTlb => (Flags & VmFlags.HugeTlb) != 0;
    public bool IsWritable => (Flags & VmFlags.Write) != 0;
    public bool TracksSoftDirty => (Flags & VmFlags.TracksSoftDirty) != 0;
    public bool IsAccessible => (Flags & VmFlags.Access) != 0;
    public ulong LengthBytes => End - Start;

    public bool Contains(ulong address) => address - Start < End - Start;

    /// <summary>The page of <see cref="Source"/> behind an address in the area.</summary>
    public ulong PageIndex(ulong address) => PageOffset + ((address - Start) >> 12);

    /// <summary>The page of <see cref="Source"/> after the last one the area shows.</summary>
    public ulong EndPage => PageOffset + (LengthBytes >> 12);

    /// <summary>Where the area shows a page of <see cref="Source"/>, which must lie in it (or be <see cref="EndPage"/>).</summary>
    public ulong AddressOf(ulong pageIndex) => Start + ((pageIndex - PageOffset) << 12);

    /// <summary>Called when an address space takes the area in: its source knows it from now on.</summary>
    public void Enter(AddressSpace space)
    {
        Space = space;
        if (Source == null) return;
        Source.Mappings.Add(this);
        Source.OnMapped();
    }

    /// <summary>Called when its address space gives the area up.</summary>
    public void Leave()
    {
        Space = null;
        if (Source == null) return;
        Promises?.Drop(PageOffset >> HugePage.Order, EndPage >> HugePage.Order);
        Source.Mappings.Remove(this);
        Source.OnUnmapped();
    }

    /// <summary>Moves the end.</summary>
    public void MoveEnd(ulong end)
    {
        End = end;
        Family?.EndMoved(this);
        if (Source != null && Space != null) Source.Mappings.EndMoved(this);
    }

    /// <summary>Moves the start of an anonymous area; the pages it keeps stay where they are.</summary>
    public void MoveStart(ulong start)
    {
        Family?.Hide(this);
        PageOffset -= (Start - start) >> 12;
        Start = start;
        Family?.Add(this);
    }

    /// <summary>A new area for part of this one, with its own references, of the same family.</summary>
    public VmArea Slice(ulong start, ulong end)
    {
        VmArea slice = Copy(start, end);
        if (Family != null) slice.Join(Family, IsInherited);
        return slice;
    }

    /// <summary>As <see cref="Slice"/>, but without a family.</summary>
    public VmArea Copy(ulong start, ulong end)
    {
        Source?.AddReference();
        Promises?.AddReference();
        File?.AddReference();
        return new VmArea
        {
            Start = start,
            End = end,
            Flags = Flags,
            Source = Source,
            Promises = Promises,
            SwapWindow = SwapWindow,
            File = File,
            PageOffset = PageOffset + ((start - Start) >> 12),
        };
    }

    /// <summary>True when <paramref name="next"/> begins where this ends and both can be one area.</summary>
    public bool CanMerge(VmArea next) => !IsHugeTlb && Fits(next, ~VmFlags.TracksSoftDirty) && AreOneFamily(next);

    /// <summary>Called before the area gets its first page of its own: joins a neighbour's family, so that they can be one area later, or founds one.</summary>
    public void PrepareOwnPages()
    {
        if (Family == null) ChooseFamily();
    }

    private void ChooseFamily()
    {
        const VmFlags Significant = ~(VmFlags.Access | VmFlags.TracksSoftDirty);
        AnonymousFamily family = null;
        if (Next != null && !Next.IsInherited && Fits(Next, Significant)) family = Next.Family;
        if (family == null && Previous != null && !Previous.IsInherited && Previous.Fits(this, Significant)) family = Previous.Family;
        Join(family == null ? new AnonymousFamily(null) : family, isInherited: false);
    }

    /// <summary>Makes an area without a family a member of one.</summary>
    public void Join(AnonymousFamily family, bool isInherited)
    {
        Family = family;
        IsInherited = isInherited;
        family.Add(this);
    }

    /// <summary>The area has no pages of its own any more.</summary>
    public void LeaveFamily()
    {
        Family?.Remove(this);
        Family = null;
        IsInherited = false;
    }

    private bool Fits(VmArea next, VmFlags significant) => End == next.Start && ((Flags ^ next.Flags) & significant) == 0 && Source == next.Source
        && File == next.File && EndPage == next.PageOffset;

    private bool AreOneFamily(VmArea next)
    {
        if (Family == next.Family) return true;
        if (Family == null) return !next.IsInherited;
        return next.Family == null && !IsInherited;
    }

    /// <summary>Gives up the right to promised pages; others may still have it.</summary>
    public void ForgetPromises()
    {
        Promises?.Release();
        Promises = null;
    }

    /// <summary>Drops source and file, and frees the object.</summary>
    public void Destroy()
    {
        LeaveFamily();
        ForgetPromises();
        Source?.Release();
        File?.Release();
        KernelHeap.Free(this);
    }

    /// <summary>Page table flags of a page of this area that may be written when <paramref name="writable"/>.</summary>
    public ulong EntryFlags(bool writable)
    {
        ulong flags = PageTableEntry.Present | PageTableEntry.User | PageTableEntry.Accessed;
        if (writable) flags |= PageTableEntry.Writable | PageTableEntry.Dirty | PageTableEntry.SoftDirty;
        if ((Flags & VmFlags.Execute) == 0) flags |= KernelPageTables.NoExecute;
        return flags;
    }
}
