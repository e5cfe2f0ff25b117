using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Counts every frame again from what refers to it (all page tables, page caches and the swap cache) and compares with the reference counts and sums
/// that are kept along the way. Only for looking after bugs: it reads every page table.
/// </summary>
internal unsafe ref struct FrameCheck
{
    private readonly uint* _expected;

    // Of the address space at hand: huge pages of the pool, which keeps its own count of them.
    private ulong _pooledPages;

    /// <summary>Frames that programs have in their page tables.</summary>
    public ulong MappedFrames;

    /// <summary>Frames that hold page tables, the PML4s among them.</summary>
    public ulong TableFrames;

    /// <summary>Frames of page caches and the swap cache that no program maps.</summary>
    public ulong UnmappedCacheFrames;

    /// <summary>Frames in use that nothing of all this refers to: the kernel's own.</summary>
    public ulong KernelFrames;

    /// <summary>Frames whose reference count is not what refers to them.</summary>
    public ulong WrongFrames;

    /// <summary>The lowest of these, 0 when there is none.</summary>
    public ulong FirstWrongFrame;

    /// <summary>Sums that do not agree: pages and page tables of each address space, frames in use.</summary>
    public ulong WrongSums;

    private FrameCheck(uint* expected) => _expected = expected;

    /// <summary>Pages the check takes of the kernel heap.</summary>
    public static ulong HeapPages => (ulong)FrameAllocator.FrameCount * sizeof(uint) >> 12;

    /// <summary>Looks at everything. Nothing may sleep meanwhile, so that the state is one moment's.</summary>
    public static FrameCheck Run()
    {
        uint* expected = (uint*)KernelHeap.Allocate((ulong)FrameAllocator.FrameCount * sizeof(uint));
        FrameCheck check = new FrameCheck(expected);
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            if (process.Space != null) check.AddSpace(process.Space);
        check.Compare();
        KernelHeap.Free(expected);
        return check;
    }

    private void AddSpace(AddressSpace space)
    {
        uint root = Physical.FrameOf(space.Root);
        // vfork's children share their parent's.
        if (_expected[root] != 0) return;
        _expected[root] = 1;
        ulong resident = 0, tables = 0;
        _pooledPages = 0;
        for (uint table = space.KeptTable; table != 0; table = *(uint*)Physical.FramePointer(table), tables++) _expected[table]++;
        AddTable(space.Root, 256, 39, ref resident, ref tables);
        TableFrames += tables + 1;
        if (resident != space.ResidentPages) WrongSums++;
        if (tables != space.TablePages) WrongSums++;
        if (_pooledPages != space.HugeTlbPages) WrongSums++;
    }

    private void AddTable(PageTableEntry* table, int entries, int shift, ref ulong resident, ref ulong tables)
    {
        for (int i = 0; i < entries; i++)
        {
            PageTableEntry entry = table[i];
            if (shift == 21 && entry.IsPooled) _pooledPages++;
            else if (shift == 12 || shift == 21 && entry.IsHuge)
            {
                uint frame = entry.Frame;
                if (!PageTable.HoldsFrame(entry) || frame == PageTable.ZeroFrame || shift == 21 && frame == HugeZeroPage.Frame) continue;
                uint pages = shift == 12 ? 1 : HugePage.Frames;
                for (uint page = 0; page < pages; page++) _expected[frame + page]++;
                resident += pages;
            }
            else if (entry.IsPresent)
            {
                _expected[entry.Frame]++;
                tables++;
                AddTable((PageTableEntry*)Physical.FramePointer(entry.Frame), 512, shift - 9, ref resident, ref tables);
            }
        }
    }

    private void Compare()
    {
        ulong inUse = 0;
        for (uint frame = 1; frame < FrameAllocator.FrameCount; frame++)
        {
            uint references = FrameAllocator.References(frame), mappings = _expected[frame];
            if (references != 0) inUse++;
            if (references == 0 && mappings == 0) continue;
            FrameRecord* record = FrameTable.Of(frame);
            bool isAnonymous = references != 0 && record->Is(FrameFlags.Anonymous);
            // The parts of a huge page have no records of their own yet.
            bool isCached = references != 0 && record->HasOwner && (!isAnonymous || record->SwapSlot != 0);
            if (mappings != 0) MappedFrames++;
            else if (isCached) UnmappedCacheFrames++;
            else KernelFrames++;
            if (mappings == 0 && !isCached) continue;
            bool isWrong = references != mappings + (isCached ? 1u : 0) || isAnonymous && record->MapCount != mappings;
            if (!isWrong) continue;
            // Pages that the kernel itself lends to all programs (vdso) have its reference as well.
            if (!record->HasOwner && references == mappings + 1) continue;
            if (WrongFrames++ == 0) FirstWrongFrame = frame;
        }
        MappedFrames -= TableFrames;
        if (inUse != FrameAllocator.TotalFrames - FrameAllocator.FreeFrames) WrongSums++;
    }
}
