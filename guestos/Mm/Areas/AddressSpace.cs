using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>A program's memory (Linux's mm_struct): page tables and a tree of areas. Counted: threads and vfork children share it.</summary>
internal sealed unsafe class AddressSpace
{
    /// <summary>vm.max_map_count: areas an address space may have.</summary>
    public static int MaximumAreas = 65530;

    private static ulong s_lastNumber;

    private AreaTree _areas;
    private AreaTotals _totals;
    private VmArea _lastFound;
    private int _references = 1;

    /// <summary>Tells address spaces apart, past ones too; never 0.</summary>
    public readonly ulong Number = ++s_lastNumber;

    /// <summary>The PML4.</summary>
    public readonly PageTableEntry* Root;

    /// <summary>What the areas may grow to; a process's own limits.</summary>
    public MemoryLimits Limits = MemoryLimits.Default;

    /// <summary>Where mmap looks for free addresses.</summary>
    public SearchRange Search;

    /// <summary>mlockall(MCL_FUTURE): flags that what is mapped from now on gets as well.</summary>
    public VmFlags FutureLock;

    /// <summary>Largest size of all areas so far.</summary>
    public ulong PeakPages;

    /// <summary>Grows with every change of the areas: who slept compares and starts over.</summary>
    public uint Generation;

    /// <summary>Frames that hold its page tables, but for the PML4.</summary>
    public ulong TablePages;

    /// <summary>A list of page tables, linked by their first words, one for each transparent huge page that may have to be split.</summary>
    public uint KeptTable;

    /// <summary>Huge pages of the pool in page tables; they do not count as resident.</summary>
    public ulong HugeTlbPages;

    /// <summary>prctl(PR_SET_THP_DISABLE): no transparent huge pages for this program.</summary>
    public bool HugePagesDisabled;

    /// <summary>Pages in page tables, without the shared zero page.</summary>
    public ulong ResidentPages;

    /// <summary>Entries that name a swap slot.</summary>
    public ulong SwapPages;

    /// <summary>Largest <see cref="ResidentPages"/> so far.</summary>
    public ulong PeakResidentPages;

    /// <summary>Start of the heap that brk moves the end of.</summary>
    public ulong HeapStart;
    public ulong HeapEnd;

    /// <summary>Where argument and environment strings lie, for /proc/PID/cmdline and environ.</summary>
    public ulong ArgumentsStart;
    public ulong ArgumentsEnd;
    public ulong EnvironmentStart;
    public ulong EnvironmentEnd;

    public ulong AuxiliaryStart;
    public ulong AuxiliaryEnd;

    /// <summary>Top of the initial stack pointer's area: /proc/PID/stat's startstack.</summary>
    public ulong StackStart;

    /// <summary>Where the vdso's image is, for AT_SYSINFO_EHDR.</summary>
    public ulong VdsoStart;

    /// <summary>The program file, with a reference; null before there is one.</summary>
    public PageSource Executable { get; private set; }

    public AddressSpace()
    {
        Root = (PageTableEntry*)Physical.FramePointer(FrameAllocator.AllocateZeroed());
        Memory.Copy(Root + 256, KernelPageTables.Root + 256, 2048);
    }

    /// <summary>The value CR3 takes.</summary>
    public ulong Cr3 => Physical.AddressOf(Root);

    public bool IsActive => Cpu.ReadCr3() == Cr3;

    public int AreaCount => _areas.Count;

    /// <summary>The lowest area; the others follow by <see cref="VmArea.Next"/>. Null when there is none.</summary>
    public VmArea FirstArea => _areas.First;

    /// <summary>The highest area, or null.</summary>
    public VmArea LastArea => _areas.Last;

    /// <summary>Sizes of the areas by kind.</summary>
    public AreaTotals Totals => _totals;

    public int References => _references;

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one frees all memory.</summary>
    public void Release()
    {
        if (--_references != 0) return;
        if (IsActive) Cpu.WriteCr3(KernelPageTables.RootPhysical);
        for (VmArea area = FirstArea; area != null;)
        {
            VmArea next = area.Next;
            PageTable.Zap(this, area.Start, area.End);
            // Whatever lies below has gone already.
            PageTable.FreeTables(this, area.Start, area.End, 0, next == null ? 1UL << 47 : next.Start);
            _totals.Subtract(area.Flags, area.LengthBytes >> 12);
            area.Leave();
            area.Destroy();
            area = next;
        }
        FrameAllocator.Release(Physical.FrameOf(Root));
        if (Executable != null)
        {
            Executable.ProgramCount--;
            Executable.Release();
        }
        KernelHeap.Free(this);
    }

    /// <summary>Names the program file of an address space that has none.</summary>
    public void SetExecutable(PageSource file)
    {
        Executable = file;
        if (file == null) return;
        file.AddReference();
        file.ProgramCount++;
    }

    /// <summary>The area that contains an address, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VmArea Find(ulong address)
    {
        VmArea last = _lastFound;
        return last != null && last.Contains(address) ? last : FindInTree(address);
    }

    private VmArea FindInTree(ulong address)
    {
        VmArea area = _areas.FirstEndingAbove(address);
        return area == null || area.Start > address ? null : _lastFound = area;
    }

    /// <summary>The first area that ends above an address, or null.</summary>
    public VmArea FirstEndingAbove(ulong address) => _areas.FirstEndingAbove(address);

    /// <summary>Puts an area in its place; nothing may overlap it. Neighbours are not merged.</summary>
    public void Insert(VmArea area)
    {
        _areas.Insert(area);
        area.Enter(this);
        Grown(area.Flags, area.LengthBytes);
    }

    /// <summary>How many bytes of a range areas cover.</summary>
    public ulong MappedBytes(ulong start, ulong end)
    {
        ulong mapped = 0;
        for (VmArea area = _areas.FirstEndingAbove(start); area != null && area.Start < end; area = area.Next)
            mapped += (area.End < end ? area.End : end) - (area.Start > start ? area.Start : start);
        return mapped;
    }

    /// <summary>True when the process's limits and the promises to all allow so many bytes more with these flags.</summary>
    public bool MayGrow(VmFlags flags, ulong bytes) =>
        Limits.Allow(_totals, flags, bytes) && ((flags & VmFlags.Accounted) == 0 || CommitCharge.Allows(bytes >> 12));

    /// <summary>Takes an area out; it is the caller's then.</summary>
    public void Remove(VmArea area)
    {
        _areas.Remove(area);
        area.Leave();
        _totals.Subtract(area.Flags, area.LengthBytes >> 12);
        _lastFound = null;
        Generation++;
    }

    /// <summary>Moves an area's start; it must not reach its neighbour.</summary>
    public void MoveStart(VmArea area, ulong start)
    {
        ulong growth = area.Start - start;
        area.MoveStart(start);
        _areas.GapChanged(area);
        Grown(area.Flags, growth);
    }

    /// <summary>Moves an area's end; it must not reach its neighbour.</summary>
    public void MoveEnd(VmArea area, ulong end)
    {
        ulong growth = end - area.End;
        area.MoveEnd(end);
        if (area.Next != null) _areas.GapChanged(area.Next);
        Grown(area.Flags, growth);
    }

    /// <summary>
    /// Gives the part of an area in [start, end) other flags, cutting it out where it has to; the caller joins neighbours afterwards. 0, or what
    /// <see cref="SplitAt"/> returned.
    /// </summary>
    public int SetFlags(ulong start, ulong end, VmFlags flags, out VmArea area)
    {
        area = null;
        int error = SplitAt(start);
        if (error == 0) error = SplitAt(end);
        if (error != 0) return error;
        area = Find(start);
        _totals.Subtract(area.Flags, area.LengthBytes >> 12);
        area.Flags = flags;
        Grown(flags, area.LengthBytes);
        return 0;
    }

    /// <inheritdoc cref="AreaTree.HighestGap(ulong, ulong, ulong)"/>
    public ulong HighestGap(ulong lengthBytes, ulong floor, ulong ceiling) => _areas.HighestGap(lengthBytes, floor, ceiling);

    /// <inheritdoc cref="AreaTree.LowestGap(ulong, ulong, ulong)"/>
    public ulong LowestGap(ulong lengthBytes, ulong floor, ulong ceiling) => _areas.LowestGap(lengthBytes, floor, ceiling);

    /// <summary>
    /// Cuts the areas at an address, so that one begins there if any contained it. 0; -ENOMEM when there are too many areas, -EINVAL for one that cannot be
    /// cut.
    /// </summary>
    public int SplitAt(ulong address)
    {
        VmArea area = Find(address);
        if (area == null || area.Start == address) return 0;
        if (AreaCount >= MaximumAreas || FrameAllocator.IsExhausted) return -Errno.NoMemory;
        if (area.Source is KernelPages) return -Errno.Invalid;
        if (area.IsHugeTlb && !HugePage.IsAligned(address)) return -Errno.Invalid;
        HugePage.SplitAt(this, address);
        VmArea upper = area.Slice(address, area.End);
        _totals.Subtract(area.Flags, upper.LengthBytes >> 12);
        area.MoveEnd(address);
        _lastFound = null;
        Insert(upper);
        return 0;
    }

    /// <summary>Joins the areas from the one before <paramref name="start"/> to the one after <paramref name="end"/> where they fit together.</summary>
    public void MergeAround(ulong start, ulong end)
    {
        VmArea area = _areas.FirstEndingAbove(start);
        if (area == null) return;
        if (area.Previous != null) area = area.Previous;
        while (area.Next != null && area.End <= end)
        {
            VmArea next = area.Next;
            if (!area.CanMerge(next))
            {
                area = next;
                continue;
            }
            Remove(next);
            MoveEnd(area, next.End);
            // Where one part's pages all count as written, all of the whole do.
            if (!next.TracksSoftDirty) area.Flags &= ~VmFlags.TracksSoftDirty;
            if (area.Family == null && next.Family != null) area.Join(next.Family, next.IsInherited);
            next.Destroy();
        }
    }

    /// <summary>Counts pages that came in.</summary>
    public void AddResident(ulong pages)
    {
        ResidentPages += pages;
        if (ResidentPages > PeakResidentPages) PeakResidentPages = ResidentPages;
    }

    /// <summary>Makes the CPU forget all of this space's translations, if it uses them.</summary>
    public void FlushTlb()
    {
        if (IsActive) Cpu.WriteCr3(Cr3);
    }

    private void Grown(VmFlags flags, ulong bytes)
    {
        _totals.Add(flags, bytes >> 12);
        if (_totals.Pages > PeakPages) PeakPages = _totals.Pages;
        Generation++;
    }
}
