using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>A program's memory (Linux's mm_struct): page tables and a sorted array of areas. Counted: threads and vfork children share it.</summary>
internal sealed unsafe class AddressSpace
{
    /// <summary>As Linux's vm.max_map_count.</summary>
    public const int MaximumAreas = 65530;

    // Highest address first: new mappings come in from the top downward, so most of them go to the array's end or close to it.
    private VmArea[] _areas = new VmArea[16];
    private VmArea _lastFound;
    private int _references = 1;

    /// <summary>The PML4.</summary>
    public readonly PageTableEntry* Root;

    /// <summary>Grows with every change of the areas: who slept compares and starts over.</summary>
    public uint Generation;

    /// <summary>Above this address no gap is as long as <see cref="FullGapBytes"/>: the search for one need not look there again.</summary>
    public ulong FullAbove = ulong.MaxValue;
    public ulong FullGapBytes;

    /// <summary>Pages in page tables, without the shared zero page.</summary>
    public ulong ResidentPages;

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

    /// <summary>The program file; holds a reference.</summary>
    public PageSource Executable;

    public AddressSpace()
    {
        Root = (PageTableEntry*)Physical.FramePointer(FrameAllocator.AllocateZeroed());
        Memory.Copy(Root + 256, KernelPageTables.Root + 256, 2048);
    }

    /// <summary>The value CR3 takes.</summary>
    public ulong Cr3 => Physical.AddressOf(Root);

    public bool IsActive => Cpu.ReadCr3() == Cr3;

    public int AreaCount { get; private set; }

    public int References => _references;

    /// <summary>The area at an index, in address order.</summary>
    public VmArea Area(int index) => _areas[AreaCount - 1 - index];

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one frees all memory.</summary>
    public void Release()
    {
        if (--_references != 0) return;
        if (IsActive) Cpu.WriteCr3(KernelPageTables.RootPhysical);
        for (int i = 0; i < AreaCount; i++)
        {
            VmArea area = _areas[i];
            PageTable.Zap(this, area.Start, area.End);
            area.Destroy();
        }
        PageTable.FreeTables(Root, 0, 1UL << 47);
        FrameAllocator.Release(Physical.FrameOf(Root));
        Executable?.Release();
        KernelHeap.Free(_areas);
        KernelHeap.Free(this);
    }

    /// <summary>The area that contains an address, or null.</summary>
    public VmArea Find(ulong address)
    {
        VmArea last = _lastFound;
        if (last != null && address >= last.Start && address < last.End) return last;
        int index = IndexAfter(address);
        if (index == AreaCount) return null;
        VmArea area = Area(index);
        return area.Start > address ? null : _lastFound = area;
    }

    /// <summary>Index of the first area that ends above an address; <see cref="AreaCount"/> when there is none.</summary>
    public int IndexAfter(ulong address)
    {
        int low = 0, high = AreaCount;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (Area(middle).End > address) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <summary>Puts an area in its place; nothing may overlap it. Neighbours are not merged.</summary>
    public void Insert(VmArea area)
    {
        if (AreaCount == _areas.Length)
        {
            VmArea[] larger = new VmArea[_areas.Length * 2];
            for (int i = 0; i < AreaCount; i++) larger[i] = _areas[i];
            KernelHeap.Free(_areas);
            _areas = larger;
        }
        int position = AreaCount - IndexAfter(area.Start);
        for (int i = AreaCount; i > position; i--) _areas[i] = _areas[i - 1];
        _areas[position] = area;
        AreaCount++;
        Generation++;
    }

    /// <summary>Takes <paramref name="count"/> areas out of the array; they are the caller's then.</summary>
    public void RemoveAt(int index, int count)
    {
        for (int i = AreaCount - index - count; i + count < AreaCount; i++) _areas[i] = _areas[i + count];
        for (int i = AreaCount - count; i < AreaCount; i++) _areas[i] = null;
        AreaCount -= count;
        _lastFound = null;
        Generation++;
    }

    /// <summary>Cuts the areas at an address, so that one begins there if any contained it. False when there are too many areas.</summary>
    public bool SplitAt(ulong address)
    {
        VmArea area = Find(address);
        if (area == null || area.Start == address) return true;
        if (AreaCount >= MaximumAreas) return false;
        VmArea upper = area.Slice(address, area.End);
        area.End = address;
        _lastFound = null;
        Insert(upper);
        return true;
    }

    /// <summary>Joins the areas from the one before <paramref name="start"/> to the one after <paramref name="end"/> where they fit together.</summary>
    public void MergeAround(ulong start, ulong end)
    {
        int index = IndexAfter(start);
        if (index > 0) index--;
        while (index + 1 < AreaCount && Area(index).End <= end)
        {
            VmArea area = Area(index), next = Area(index + 1);
            if (!area.CanMerge(next))
            {
                index++;
                continue;
            }
            area.End = next.End;
            area.HasPrivatePages |= next.HasPrivatePages;
            RemoveAt(index + 1, 1);
            next.Destroy();
        }
    }

    /// <summary>Bytes of all areas.</summary>
    public ulong TotalBytes()
    {
        ulong total = 0;
        for (int i = 0; i < AreaCount; i++) total += Area(i).LengthBytes;
        return total;
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
}
