using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>One page that page tables map: a leaf entry with what the levels above it grant.</summary>
/// <param name="VirtualBase">First address of the page.</param>
/// <param name="Level">Level of the leaf entry: 1 for a 4 KiB page, 2 for 2 MiB, 3 for 1 GiB.</param>
/// <param name="EntryAddress">Where the leaf entry lies.</param>
/// <param name="Entry">The leaf entry.</param>
/// <param name="Permissions">What all levels together grant.</param>
public readonly record struct PageMapping(
    VirtualAddress VirtualBase, int Level, PhysicalAddress EntryAddress, PageTableEntry Entry, PagePermissions Permissions)
{
    /// <summary>The page's size in bytes: 4096, 2 MiB or 1 GiB.</summary>
    public ulong SizeBytes => 1UL << PageTableReader.ShiftOf(Level);

    /// <summary>First physical address of the page.</summary>
    public PhysicalAddress PhysicalBase => new(Entry.Address.Value & ~(SizeBytes - 1));

    /// <summary>The physical address of an address in the page.</summary>
    public PhysicalAddress Translate(VirtualAddress address) => PhysicalBase + (address.Value & (SizeBytes - 1));
}
