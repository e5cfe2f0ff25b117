using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>Why a walk ended without a page.</summary>
public enum PageWalkFailure
{
    /// <summary>It found the page.</summary>
    None,

    /// <summary>Bits 63..47 of the address are not all equal: the processor raises #GP before it walks.</summary>
    NonCanonical,

    /// <summary>The entry's P bit is 0.</summary>
    NotPresent,

    /// <summary>The entry has a bit set that its level reserves (Intel SDM Vol. 3A, 4.5.4).</summary>
    ReservedBits,

    /// <summary>The table does not lie in RAM.</summary>
    TableOutsideRam,
}

/// <summary>One step of a walk.</summary>
/// <param name="Level">4 PML4, 3 PDPT, 2 page directory, 1 page table.</param>
/// <param name="EntryAddress">Where the entry lies.</param>
/// <param name="Entry">The entry; 0 when it does not lie in RAM.</param>
/// <param name="Failure">Why the walk ended here; <see cref="PageWalkFailure.None"/> when it did not, or ended with a page.</param>
public readonly record struct PageWalkLevel(int Level, PhysicalAddress EntryAddress, PageTableEntry Entry, PageWalkFailure Failure);

/// <summary>What page tables say about one address, level by level.</summary>
/// <param name="Address">The address.</param>
/// <param name="Cr3">The CR3 value the walk started from.</param>
/// <param name="Levels">The steps, PML4 first; empty for an address that is not canonical.</param>
/// <param name="Failure">Why there is no page.</param>
/// <param name="Mapping">The page; null when there is none.</param>
public sealed record PageWalkReport(
    VirtualAddress Address, ulong Cr3, IReadOnlyList<PageWalkLevel> Levels, PageWalkFailure Failure, PageMapping? Mapping)
{
    /// <summary>The physical address; null when there is no page.</summary>
    public PhysicalAddress? Physical => Mapping?.Translate(Address);
}
