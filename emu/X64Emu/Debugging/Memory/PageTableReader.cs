using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>
/// Reads four-level page tables as they lie in RAM. Nothing else is touched: no TLB, no counter, no accessed or dirty bit, no device.
/// </summary>
public sealed class PageTableReader
{
    /// <summary>The level of PML4 entries.</summary>
    public const int TopLevel = 4;

    private readonly GuestRam ram;
    private readonly ProcessorRegisters registers;

    /// <summary>Reads the tables in a machine's RAM.</summary>
    public PageTableReader(PcMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ram = machine.Ram;
        registers = machine.Processor.Registers;
    }

    /// <summary>True while the processor translates addresses by page tables (CR0.PG).</summary>
    public bool IsPagingEnabled => registers.Cr0 >> 31 != 0;

    /// <summary>The value CR3 has now.</summary>
    public ulong CurrentCr3 => registers.Cr3;

    /// <summary>True when bit 63 of entries forbids execution (EFER.NXE); else the bit is reserved.</summary>
    public bool IsNoExecuteEnabled => (registers.Efer & 0x800) != 0;

    /// <summary>log2 of what one entry of a level covers, in bytes.</summary>
    /// <param name="level">1 to 4.</param>
    public static int ShiftOf(int level) => 12 + 9 * (level - 1);

    /// <summary>Walks the tables for one address and keeps every step.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="cr3">Where the PML4 is; the bits that are no address are ignored.</param>
    public PageWalkReport Walk(VirtualAddress address, ulong cr3)
    {
        List<PageWalkLevel> levels = [];
        PageWalkFailure failure = Walk(address, cr3, levels, out PageMapping mapping);
        return new PageWalkReport(address, cr3, levels, failure, failure == PageWalkFailure.None ? mapping : null);
    }

    /// <summary>The page at an address; false when none is mapped.</summary>
    public bool TryFind(VirtualAddress address, ulong cr3, out PageMapping mapping) => Walk(address, cr3, null, out mapping) == PageWalkFailure.None;

    /// <summary>The pages between two addresses, in ascending order.</summary>
    /// <param name="cr3">Where the PML4 is.</param>
    /// <param name="first">Any address in the first page.</param>
    /// <param name="last">Any address in the last page, not below <paramref name="first"/>.</param>
    public PageTableScan Scan(ulong cr3, VirtualAddress first, VirtualAddress last) => new(this, cr3, first, last);

    /// <summary>Reads an entry; false when it is not in RAM.</summary>
    internal bool TryReadEntry(PhysicalAddress address, out PageTableEntry entry)
    {
        bool inside = ram.TryReadUInt64(address, out ulong value);
        entry = new(value);
        return inside;
    }

    /// <summary>Where the entry for an address is in a table.</summary>
    internal static PhysicalAddress EntryAddress(PhysicalAddress table, VirtualAddress address, int level) =>
        table + (address.Value >> ShiftOf(level) & 511) * 8;

    /// <summary>True when an entry of the level maps a page rather than a table.</summary>
    internal static bool IsLeaf(PageTableEntry entry, int level) => level == 1 || (level < TopLevel && entry.IsLargePage);

    /// <summary>What is granted below an entry, given what is granted above it.</summary>
    internal PagePermissions Narrow(PagePermissions above, PageTableEntry entry) => new(
        above.IsWritable && entry.IsWritable, above.IsUser && entry.IsUser, above.IsNoExecute || (entry.IsNoExecute && IsNoExecuteEnabled));

    private PageWalkFailure Walk(VirtualAddress address, ulong cr3, List<PageWalkLevel>? levels, out PageMapping mapping)
    {
        mapping = default;
        if (!address.IsCanonical) return PageWalkFailure.NonCanonical;
        PagePermissions permissions = new(IsWritable: true, IsUser: true, IsNoExecute: false);
        PhysicalAddress table = new(cr3 & PageTableEntry.AddressMask);
        for (int level = TopLevel; ; level--)
        {
            PhysicalAddress entryAddress = EntryAddress(table, address, level);
            bool inside = TryReadEntry(entryAddress, out PageTableEntry entry);
            PageWalkFailure failure = !inside ? PageWalkFailure.TableOutsideRam
                : !entry.IsPresent ? PageWalkFailure.NotPresent
                : entry.HasReservedBits(level, IsNoExecuteEnabled) ? PageWalkFailure.ReservedBits
                : PageWalkFailure.None;
            levels?.Add(new PageWalkLevel(level, entryAddress, entry, failure));
            if (failure != PageWalkFailure.None) return failure;
            permissions = Narrow(permissions, entry);
            if (IsLeaf(entry, level))
            {
                mapping = new PageMapping(new VirtualAddress(address.Value >> ShiftOf(level) << ShiftOf(level)), level, entryAddress, entry, permissions);
                return PageWalkFailure.None;
            }
            table = entry.Address;
        }
    }
}
