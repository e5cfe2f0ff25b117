using X64Emu.Debugging.Memory;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>A mapping of a frame by one address space.</summary>
/// <param name="Process">Whose; null for the kernel's half, which all share, and for page tables of no known process.</param>
/// <param name="Page">The entry that maps it.</param>
/// <param name="Area">The area it is in; null when there is none.</param>
public sealed record PageUser(GuestProcess? Process, PageMapping Page, GuestArea? Area)
{
    /// <summary>Where a frame appears in the mapping.</summary>
    public VirtualAddress AddressOf(ulong frame) => Page.VirtualBase + ((frame << 12) - Page.PhysicalBase.Value);
}

/// <summary>A page table that is in a frame.</summary>
/// <param name="Process">Whose; null for the kernel's half, which all share, and for page tables of no known process.</param>
/// <param name="Level">4 PML4, 3 PDPT, 2 page directory, 1 page table.</param>
/// <param name="First">First address it covers.</param>
public sealed record PageTableUser(GuestProcess? Process, int Level, VirtualAddress First);

/// <summary>A page-table entry that names a slot of swap space.</summary>
/// <param name="Process">Whose; null for page tables of no known process.</param>
/// <param name="Address">The address at which the page is missing.</param>
/// <param name="EntryAddress">Where the entry is.</param>
/// <param name="Entry">The entry.</param>
public sealed record SwapEntryUser(GuestProcess? Process, VirtualAddress Address, PhysicalAddress EntryAddress, PageTableEntry Entry);

/// <summary>Everything that is known to use a frame.</summary>
/// <param name="Frame">Physical address divided by 4096.</param>
/// <param name="References">The kernel's count; null when it keeps none of this frame, or the kernel is not known.</param>
/// <param name="Mappings">Who maps it: processes first, the kernel's half last.</param>
/// <param name="Tables">Which page tables it holds.</param>
/// <param name="CachedPages">Which pages of files it caches: path and page number.</param>
public sealed record FrameUse(
    ulong Frame, uint? References, IReadOnlyList<PageUser> Mappings, IReadOnlyList<PageTableUser> Tables,
    IReadOnlyList<(string Path, ulong PageIndex)> CachedPages)
{
    /// <summary>The slot of swap space that has the page, too; null when none does.</summary>
    public SwapSlot? Slot { get; init; }

    /// <summary>True when a write to the page by one of its users has to copy it: somebody else has it. The swap cache alone gives its page up.</summary>
    public bool IsShared => IsSharedBy(References, Slot);

    /// <summary>The same of a frame's references and slot.</summary>
    internal static bool IsSharedBy(uint? references, SwapSlot? slot) => references - (slot is { References: 0 } ? 1 : 0) is > 1;

    /// <summary>The page-table entries that name the slot.</summary>
    public IReadOnlyList<SwapEntryUser> SwapEntries { get; init; } = [];
}
