using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Kernel memory in whole pages that need not be contiguous in RAM: big heap blocks and kernel stacks. Every block has an unmapped guard page below it;
/// the (not present) entry of that page remembers the block's size and links free blocks. Sizes are kept in powers of two of address space,
/// with frames only for the pages asked for.
/// </summary>
internal static unsafe class VirtualHeap
{
    public const ulong Base = 0xffffc90000000000;
    public const ulong End = Base + (1UL << 39);

    private const int OrderCount = 24;
    private const ulong HeapFlags = PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.Global | PageTableEntry.Accessed | PageTableEntry.Dirty;

    // Layout of a guard page's entry, present bit clear: pages in use << 1, page number of the next free block (relative to Base) << 32.
    private const int NextShift = 32;

    private struct FreeLists
    {
        public fixed ulong Heads[OrderCount];
    }

    private static FreeLists s_free;
    private static ulong s_untouched;

    /// <summary>Pages of all blocks in use.</summary>
    public static ulong Pages { get; private set; }

    /// <summary>True for addresses this heap hands out.</summary>
    public static bool Contains(void* address) => (ulong)address >= Base && (ulong)address < End;

    /// <summary>Pages with any content; panics when memory is exhausted.</summary>
    public static byte* Allocate(uint pages)
    {
        int order = 0;
        while (1u << order < pages) order++;
        if (order >= OrderCount) Panic.Because("kernel block too large");
        ulong guard = s_free.Heads[order];
        if (guard != 0)
        {
            s_free.Heads[order] = KernelPageTables.Entry(guard)->Value >> NextShift << 12;
            if (s_free.Heads[order] != 0) s_free.Heads[order] += Base;
        }
        else
        {
            guard = Base + 4096 + s_untouched;
            s_untouched += (1UL << order) + 1 << 12;
        }
        Pages += pages;
        *KernelPageTables.Entry(guard) = new PageTableEntry((ulong)pages << 1);
        for (ulong page = guard + 4096, end = page + ((ulong)pages << 12); page < end; page += 4096)
        {
            uint frame = FrameAllocator.Allocate();
            if (frame == 0) Panic.Because("out of memory");
            *KernelPageTables.Entry(page) = new PageTableEntry(frame, HeapFlags | KernelPageTables.NoExecute);
        }
        return (byte*)(guard + 4096);
    }

    /// <summary>Bytes of a block.</summary>
    public static ulong SizeBytes(void* block) => (KernelPageTables.Entry((ulong)block - 4096)->Value & 0xffffffff) >> 1 << 12;

    /// <summary>Gives a block back.</summary>
    public static void Free(void* block)
    {
        ulong guard = (ulong)block - 4096;
        uint pages = (uint)(SizeBytes(block) >> 12);
        if (pages == 0) Panic.Because("free of a kernel block that is not in use");
        for (ulong page = (ulong)block, end = page + ((ulong)pages << 12); page < end; page += 4096)
        {
            PageTableEntry* entry = KernelPageTables.Entry(page);
            uint frame = entry->Frame;
            *entry = default;
            Cpu.InvalidatePage(page);
            FrameAllocator.Release(frame);
        }
        Pages -= pages;
        int order = 0;
        while (1u << order < pages) order++;
        ulong next = s_free.Heads[order];
        *KernelPageTables.Entry(guard) = new PageTableEntry(next == 0 ? 0 : (next - Base) >> 12 << NextShift);
        s_free.Heads[order] = guard;
    }
}
