using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>One entry of any of the four page table levels (Intel SDM Vol. 3A, 4.5.4).</summary>
internal readonly unsafe struct PageTableEntry
{
    public const ulong Present = 1;
    public const ulong Writable = 1 << 1;
    public const ulong User = 1 << 2;
    public const ulong WriteThrough = 1 << 3;
    public const ulong CacheDisable = 1 << 4;
    public const ulong Accessed = 1 << 5;
    public const ulong Dirty = 1 << 6;
    public const ulong LargePage = 1 << 7;
    public const ulong Global = 1 << 8;
    public const ulong NoExecute = 1UL << 63;

    /// <summary>With <see cref="Present"/> and <see cref="Global"/> clear: the page is in swap space.</summary>
    public const ulong Swapped = 1 << 9;

    /// <summary>Of a page directory's entry that maps a huge page (a bit the CPU ignores): the page belongs to the <see cref="HugeTlbPool"/>.</summary>
    public const ulong Pooled = 1 << 10;

    /// <summary>Of a page, there or in swap space (a bit the CPU ignores): it was written since <see cref="ClearReferences"/> forgot which pages were.</summary>
    public const ulong SoftDirty = 1UL << 58;

    /// <summary>The bits that hold the frame.</summary>
    public const ulong AddressMask = 0x000ffffffffff000;

    /// <summary>The entry as the CPU reads it.</summary>
    public readonly ulong Value;

    public PageTableEntry(ulong value) => Value = value;

    public PageTableEntry(uint frame, ulong flags) => Value = (ulong)frame << 12 | flags;

    /// <summary>Of a page directory's entry: it maps a 2 MiB page, which the CPU may or may not see.</summary>
    public bool IsHuge => (Value & LargePage) != 0;

    /// <summary>True for a huge page of the <see cref="HugeTlbPool"/>.</summary>
    public bool IsPooled => (Value & (LargePage | Pooled)) == (LargePage | Pooled);

    public bool IsNone => Value == 0;
    public bool IsPresent => (Value & Present) != 0;
    public bool IsWritable => (Value & Writable) != 0;
    public bool IsDirty => (Value & Dirty) != 0;
    public bool IsSoftDirty => (Value & SoftDirty) != 0;
    public bool IsAccessed => (Value & Accessed) != 0;
    public bool IsExecutable => (Value & NoExecute) == 0;
    public uint Frame => (uint)((Value & AddressMask) >> 12);

    /// <summary>The page table that an entry of an upper level refers to, in the direct map.</summary>
    public PageTableEntry* Table => (PageTableEntry*)(Physical.DirectMapBase + (Value & AddressMask));

    /// <summary>True when the entry names a swap slot.</summary>
    public bool IsSwap => (Value & (Present | Global | Swapped)) == Swapped;

    /// <summary>The slot that a swap entry names.</summary>
    public uint SwapSlot => Frame;

    /// <summary>The entry of a page in swap space.</summary>
    public static PageTableEntry ForSwap(uint slot) => new PageTableEntry(slot, Swapped);

    public PageTableEntry With(ulong flags) => new PageTableEntry(Value | flags);

    public PageTableEntry Without(ulong flags) => new PageTableEntry(Value & ~flags);
}
