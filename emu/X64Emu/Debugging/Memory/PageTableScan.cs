using System.Collections;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>
/// The pages of a range of addresses, in ascending order. Entries that map nothing are skipped with all they would cover. Tables that point
/// to each other could describe 2^36 pages, so a scan gives up after <see cref="MaximumTables"/> tables.
/// </summary>
public sealed class PageTableScan : IEnumerable<PageMapping>
{
    /// <summary>Tables one scan reads at most; as many 4 KiB page tables map 128 GiB.</summary>
    public const int MaximumTables = 65536;

    private const ulong LowerHalfEnd = 1UL << 47;
    private const ulong UpperHalfStart = ~(LowerHalfEnd - 1);
    private readonly PageTableReader reader;
    private readonly ulong cr3;
    private readonly ulong first;
    private readonly ulong last;

    internal PageTableScan(PageTableReader reader, ulong cr3, VirtualAddress first, VirtualAddress last)
    {
        this.reader = reader;
        this.cr3 = cr3;
        this.first = first.IsCanonical ? first.Value : UpperHalfStart;
        this.last = last.IsCanonical ? last.Value : LowerHalfEnd - 1;
    }

    /// <summary>After how many tables to give up, for searches of several scans; at most <see cref="MaximumTables"/>.</summary>
    public int TableLimit { get; set; } = MaximumTables;

    /// <summary>True when the last enumeration gave up early.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Tables the last enumeration has read so far, the PML4 included.</summary>
    public int TableCount { get; private set; }

    /// <summary>Told of each table below the PML4 when it is entered: the entry that points to it and the first address the table covers.
    /// Set before enumerating; null for nobody.</summary>
    public Action<PageTableEntry, int, VirtualAddress>? TableEntered { get; set; }

    /// <summary>Told of each entry that is not present and not empty: the entry, where it is, its level and the first address it covers.
    /// Set before enumerating; null for nobody.</summary>
    public Action<PageTableEntry, PhysicalAddress, int, VirtualAddress>? AbsentFound { get; set; }

    /// <inheritdoc/>
    public IEnumerator<PageMapping> GetEnumerator()
    {
        IsTruncated = false;
        TableCount = 1;
        if (first > last) yield break;
        PhysicalAddress[] tables = new PhysicalAddress[PageTableReader.TopLevel + 1];
        PagePermissions[] granted = new PagePermissions[PageTableReader.TopLevel + 1];
        tables[PageTableReader.TopLevel] = new(cr3 & PageTableEntry.AddressMask);
        granted[PageTableReader.TopLevel] = new(IsWritable: true, IsUser: true, IsNoExecute: false);
        bool noExecute = reader.IsNoExecuteEnabled;
        ulong address = first;
        int level = PageTableReader.TopLevel;
        while (true)
        {
            VirtualAddress at = new(address);
            PhysicalAddress entryAddress = PageTableReader.EntryAddress(tables[level], at, level);
            if (!reader.TryReadEntry(entryAddress, out PageTableEntry entry) && level == PageTableReader.TopLevel) yield break;
            int shift = PageTableReader.ShiftOf(level);
            if (entry.IsPresent && !entry.HasReservedBits(level, noExecute))
            {
                PagePermissions permissions = reader.Narrow(granted[level], entry);
                if (PageTableReader.IsLeaf(entry, level))
                    yield return new PageMapping(new VirtualAddress(address >> shift << shift), level, entryAddress, entry, permissions);
                else if (reader.TryReadEntry(entry.Address, out _))
                {
                    if (TableCount >= TableLimit)
                    {
                        IsTruncated = true;
                        yield break;
                    }
                    TableCount++;
                    TableEntered?.Invoke(entry, level - 1, new VirtualAddress(address >> shift << shift));
                    tables[--level] = entry.Address;
                    granted[level] = permissions;
                    continue;
                }
            }
            else if (!entry.IsPresent && entry.Value != 0) AbsentFound?.Invoke(entry, entryAddress, level, new VirtualAddress(address >> shift << shift));
            ulong covered = address | (1UL << shift) - 1;
            if (covered >= last) yield break;
            address = covered + 1 == LowerHalfEnd ? UpperHalfStart : covered + 1;
            if (address > last) yield break;
            while (level < PageTableReader.TopLevel && (address >> PageTableReader.ShiftOf(level) & 511) == 0) level++;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
