namespace GuestOs.Mm;

/// <summary>
/// What is behind a MAP_HUGETLB mapping: for each 2 MiB of it, whether the pool has promised a page, and of shared mappings the page itself. Lives as long
/// as an area maps it.
/// </summary>
internal sealed unsafe class HugeTlbFile : PageSource
{
    private const uint Promise = 1u << 31;
    private const int PagesShift = HugePage.Order;

    private static ulong s_lastNumber;

    // Of each huge page: its first frame, or Promise, or 0.
    private readonly uint[] _pages;
    private int _references = 1;

    /// <param name="hugePages">Its length; one word is allocated for each.</param>
    public HugeTlbFile(int hugePages)
    {
        _pages = new uint[hugePages];
        InodeNumber = ++s_lastNumber;
    }

    public override ulong SizeBytes => (ulong)_pages.Length * HugePage.Bytes;

    public override bool TracksWrites => false;

    public override ulong InodeNumber { get; }

    /// <summary>The first frame of a shared page, or 0.</summary>
    public uint Page(int index) => (_pages[index] & Promise) != 0 ? 0 : _pages[index];

    /// <summary>True when a page was promised and has not come yet.</summary>
    public bool IsPromised(int index) => (_pages[index] & Promise) != 0;

    /// <summary>Has the pool promise all pages; false when it cannot.</summary>
    public bool TryReserve()
    {
        if (!HugeTlbPool.TryReserve((ulong)_pages.Length)) return false;
        for (int i = 0; i < _pages.Length; i++) _pages[i] = Promise;
        return true;
    }

    /// <summary>Takes a page for an index out of the pool, by its promise if there is one and the asker may use it; 0 when there is none.</summary>
    public uint Take(int index, bool mayUsePromise)
    {
        bool isPromised = mayUsePromise && IsPromised(index);
        uint first = HugeTlbPool.Take(isPromised);
        if (first != 0 && isPromised) _pages[index] = 0;
        return first;
    }

    /// <summary>Keeps a shared page, and a reference to it.</summary>
    public void Keep(int index, uint first) => _pages[index] = first;

    /// <summary>A private page went before its area did: its owner is promised another, as far as the pool can.</summary>
    public void PromiseAgain(ulong firstPage, ulong endPage)
    {
        for (int i = (int)(firstPage >> PagesShift); i < (int)(endPage >> PagesShift); i++)
            if (_pages[i] == 0 && HugeTlbPool.TryReserve(1)) _pages[i] = Promise;
    }

    /// <summary>The owner of private pages gives up those in [first, end) that have not come, counted in 4 KiB.</summary>
    public void DropPromises(ulong firstPage, ulong endPage)
    {
        ulong dropped = 0;
        for (int i = (int)(firstPage >> PagesShift); i < (int)(endPage >> PagesShift); i++)
        {
            if (!IsPromised(i)) continue;
            _pages[i] = 0;
            dropped++;
        }
        HugeTlbPool.Unreserve(dropped);
    }

    public override uint FindCached(ulong pageIndex)
    {
        ulong index = pageIndex >> PagesShift;
        uint first = index < (ulong)_pages.Length ? Page((int)index) : 0;
        return first == 0 ? 0 : first + (uint)(pageIndex & (HugePage.Frames - 1));
    }

    public override int Fill(ulong firstPage, int pageCount) => 0;

    public override void MarkDirty(ulong pageIndex) { }

    public override void AddReference() => _references++;

    public override void Release()
    {
        if (--_references != 0) return;
        DropPromises(0, (ulong)_pages.Length << PagesShift);
        for (int i = 0; i < _pages.Length; i++)
            if (_pages[i] != 0) HugeTlbPool.Release(_pages[i]);
        KernelHeap.Free(_pages);
        KernelHeap.Free(this);
    }

    public override int CopyPath(byte* buffer, int capacity)
    {
        System.ReadOnlySpan<byte> name = "/anon_hugepage (deleted)"u8;
        int length = name.Length < capacity ? name.Length : capacity;
        for (int i = 0; i < length; i++) buffer[i] = name[i];
        return length;
    }
}
