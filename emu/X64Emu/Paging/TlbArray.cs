namespace X64Emu.Paging;

/// <summary>One translation as a TLB holds it.</summary>
internal struct TlbEntry
{
    /// <summary>First virtual address of the page; valid only when <see cref="Shift"/> is not zero.</summary>
    public ulong VirtualBase;

    /// <summary>First physical address of the page.</summary>
    public ulong PhysicalBase;

    /// <summary>Fill order, or last use under LRU.</summary>
    public long Stamp;

    /// <summary>Process-context identifier the entry belongs to.</summary>
    public ushort Pcid;

    /// <summary>log2 of the page size; zero when the entry is empty.</summary>
    public byte Shift;

    public bool IsGlobal, IsDirty;

    public PagePermissions Permissions;

    public readonly bool Matches(ulong virtualAddress, ushort pcid) =>
        Shift != 0 && virtualAddress >> Shift << Shift == VirtualBase && (IsGlobal || Pcid == pcid);

    public readonly ulong Translate(ulong virtualAddress) => PhysicalBase + (virtualAddress - VirtualBase);
}

/// <summary>A set-associative array of translations.</summary>
internal sealed class TlbArray
{
    private readonly TlbEntry[] entries;
    private readonly int ways;
    private readonly ulong setMask;
    private readonly int[] shifts;
    private readonly bool isLru;
    private long clock;

    public TlbArray(TlbArraySpecification specification, ReplacementPolicy policy)
    {
        entries = new TlbEntry[specification.Entries];
        ways = specification.Ways;
        setMask = (ulong)(specification.Entries / specification.Ways) - 1;
        shifts = [.. specification.PageShifts];
        isLru = policy == ReplacementPolicy.Lru;
    }

    public bool Holds(int shift) => Array.IndexOf(shifts, shift) >= 0;

    /// <summary>The entry that translates the address, or a null reference.</summary>
    public ref TlbEntry Find(ulong virtualAddress, ushort pcid)
    {
        foreach (int shift in shifts)
        {
            int first = (int)(virtualAddress >> shift & setMask) * ways;
            for (int index = first; index < first + ways; index++)
            {
                ref TlbEntry entry = ref entries[index];
                if (entry.Shift != shift || !entry.Matches(virtualAddress, pcid)) continue;
                if (isLru) entry.Stamp = ++clock;
                return ref entry;
            }
        }
        return ref System.Runtime.CompilerServices.Unsafe.NullRef<TlbEntry>();
    }

    /// <summary>Puts a translation in and returns the one it replaced; that one's Shift is zero when the place was free.</summary>
    public TlbEntry Insert(in TlbEntry translation)
    {
        int first = (int)(translation.VirtualBase >> translation.Shift & setMask) * ways;
        int victim = first;
        for (int index = first; index < first + ways; index++)
        {
            if (entries[index].Shift == 0)
            {
                victim = index;
                break;
            }
            if (entries[index].Stamp < entries[victim].Stamp) victim = index;
        }
        TlbEntry replaced = entries[victim];
        entries[victim] = translation;
        entries[victim].Stamp = ++clock;
        return replaced;
    }

    /// <summary>Drops the entries for one address in one context, and global ones for it.</summary>
    public void InvalidatePage(ulong virtualAddress, ushort pcid)
    {
        foreach (int shift in shifts)
        {
            int first = (int)(virtualAddress >> shift & setMask) * ways;
            for (int index = first; index < first + ways; index++)
            {
                if (entries[index].Matches(virtualAddress, pcid)) entries[index].Shift = 0;
            }
        }
    }

    /// <summary>Drops the entries of one context, or of all when <paramref name="pcid"/> is null.</summary>
    public void Invalidate(ushort? pcid, bool keepGlobal)
    {
        foreach (ref TlbEntry entry in entries.AsSpan())
        {
            if ((pcid is null || entry.Pcid == pcid) && !(keepGlobal && entry.IsGlobal)) entry.Shift = 0;
        }
    }

    /// <summary>The valid entries, for inspection.</summary>
    public IEnumerable<TlbEntry> Entries => entries.Where(entry => entry.Shift != 0);
}
