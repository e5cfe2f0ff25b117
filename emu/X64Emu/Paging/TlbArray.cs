using System.Numerics;

namespace X64Emu.Paging;

/// <summary>One translation as a TLB holds it.</summary>
internal struct TlbEntry
{
    /// <summary>First virtual address of the page; valid only when <see cref="Shift"/> is not zero.</summary>
    public ulong VirtualBase;

    /// <summary>First physical address of the page.</summary>
    public ulong PhysicalBase;

    /// <summary>Process-context identifier the entry belongs to.</summary>
    public ushort Pcid;

    /// <summary>log2 of the page size; zero when the entry is empty.</summary>
    public byte Shift;

    public bool IsGlobal, IsDirty;

    public PagePermissions Permissions;

    /// <summary>Whether the entry is for this context, or for all.</summary>
    public readonly bool BelongsTo(ushort pcid) => IsGlobal || Pcid == pcid;

    public readonly ulong Translate(ulong virtualAddress) => PhysicalBase + (virtualAddress - VirtualBase);
}

/// <summary>A set-associative array of translations.</summary>
/// <remarks>What a search and a replacement look at is kept apart from the entries, so that a set of it is in one or two cache lines.</remarks>
internal sealed class TlbArray
{
    /// <summary>What each place holds: a page's virtual address and, in its low bits, log2 of its size; zero when it is empty.</summary>
    private readonly ulong[] tags;

    /// <summary>Fill order, or last use under LRU; zero when the place is empty.</summary>
    private readonly long[] stamps;

    /// <summary>A bit for each place that is not empty, and for each that holds a global page: flushes look at what they may drop alone.</summary>
    private readonly ulong[] filled, global;

    private readonly TlbEntry[] entries;
    private readonly int ways;
    private readonly ulong setMask;
    private readonly int[] shifts;
    private readonly ulong heldShifts;
    private readonly bool isLru;
    private long clock;

    public TlbArray(TlbArraySpecification specification, ReplacementPolicy policy)
    {
        entries = new TlbEntry[specification.Entries];
        tags = new ulong[specification.Entries];
        stamps = new long[specification.Entries];
        filled = new ulong[(specification.Entries + 63) / 64];
        global = new ulong[filled.Length];
        ways = specification.Ways;
        setMask = (ulong)(specification.Entries / specification.Ways) - 1;
        shifts = [.. specification.PageShifts];
        foreach (int shift in shifts) heldShifts |= 1UL << shift;
        isLru = policy == ReplacementPolicy.Lru;
    }

    /// <summary>Whether pages of 2^<paramref name="shift"/> bytes have a place here; shift is below 64.</summary>
    public bool Holds(int shift) => (heldShifts >> shift & 1) != 0;

    /// <summary>The entry that translates the address, or a null reference.</summary>
    public ref TlbEntry Find(ulong virtualAddress, ushort pcid)
    {
        foreach (int shift in shifts)
        {
            int place = PlaceOf(virtualAddress, shift, pcid);
            if (place < 0) continue;
            if (isLru) stamps[place] = ++clock;
            return ref entries[place];
        }
        return ref System.Runtime.CompilerServices.Unsafe.NullRef<TlbEntry>();
    }

    /// <summary>Puts a translation in and returns the one it replaced; that one's Shift is zero when the place was free.</summary>
    public TlbEntry Insert(in TlbEntry translation)
    {
        int first = FirstOfSet(translation.VirtualBase, translation.Shift), victim = first;
        for (int place = first + 1; place < first + ways; place++)
        {
            if (stamps[place] < stamps[victim]) victim = place;   // of several empty places the first is taken
        }
        TlbEntry replaced = entries[victim];
        entries[victim] = translation;
        tags[victim] = TagOf(translation.VirtualBase, translation.Shift);
        stamps[victim] = ++clock;
        filled[victim >> 6] |= 1UL << victim;
        if (translation.IsGlobal) global[victim >> 6] |= 1UL << victim;
        else global[victim >> 6] &= ~(1UL << victim);
        return replaced;
    }

    /// <summary>Drops the entries for one address in one context, and global ones for it.</summary>
    public void InvalidatePage(ulong virtualAddress, ushort pcid)
    {
        foreach (int shift in shifts)
        {
            for (int place = PlaceOf(virtualAddress, shift, pcid); place >= 0; place = PlaceOf(virtualAddress, shift, pcid)) Empty(place);
        }
    }

    /// <summary>Drops the entries of one context, or of all when <paramref name="pcid"/> is null.</summary>
    public void Invalidate(ushort? pcid, bool keepGlobal)
    {
        for (int word = 0; word < filled.Length; word++)
        {
            for (ulong left = keepGlobal ? filled[word] & ~global[word] : filled[word]; left != 0; left &= left - 1)
            {
                int place = word * 64 + BitOperations.TrailingZeroCount(left);
                if (pcid is null || entries[place].Pcid == pcid) Empty(place);
            }
        }
    }

    /// <summary>The valid entries, for inspection.</summary>
    public IEnumerable<TlbEntry> Entries => entries.Where(entry => entry.Shift != 0);

    /// <summary>The first place that holds the page of one size around the address, in one context; negative when none does.</summary>
    private int PlaceOf(ulong virtualAddress, int shift, ushort pcid)
    {
        int first = FirstOfSet(virtualAddress, shift);
        ulong tag = TagOf(virtualAddress, shift);
        for (int place = first; place < first + ways; place++)
        {
            if (tags[place] == tag && entries[place].BelongsTo(pcid)) return place;
        }
        return -1;
    }

    private int FirstOfSet(ulong virtualAddress, int shift) => (int)(virtualAddress >> shift & setMask) * ways;

    private static ulong TagOf(ulong virtualAddress, int shift) => virtualAddress >> shift << shift | (uint)shift;

    private void Empty(int place)
    {
        (tags[place], stamps[place], entries[place].Shift) = (0, 0, 0);
        filled[place >> 6] &= ~(1UL << place);
    }
}
