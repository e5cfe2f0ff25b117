namespace GuestOs.Mm;

/// <summary>
/// Huge pages of the <see cref="HugeTlbPool"/> by index: those that are there, and those that are promised (Linux's page cache of a hugetlbfs file and
/// resv_map). A file of huge pages has one; each private mapping has its own, of promises only. Counted.
/// </summary>
internal sealed unsafe class HugeTlbStore
{
    private const ulong Promise = 1UL << 63;

    // Of each huge page: its first frame, or Promise.
    private PageTree _pages;
    private int _references = 1;

    /// <summary>Pages that are there.</summary>
    public ulong Count { get; private set; }

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one gives everything back to the pool.</summary>
    public void Release()
    {
        if (--_references != 0) return;
        Drop(0, ulong.MaxValue);
        _pages.Clear();
        KernelHeap.Free(this);
    }

    /// <summary>The first frame of a page, or 0.</summary>
    public uint Page(ulong index)
    {
        ulong word = _pages.Get(index);
        return word == Promise ? 0 : (uint)word;
    }

    /// <summary>Has the pool promise all pages of [first, end) that are neither there nor promised; false when it cannot.</summary>
    public bool TryReserve(ulong first, ulong end)
    {
        ulong missing = 0;
        for (ulong index = first; index < end; index++)
            if (_pages.Get(index) == 0) missing++;
        if (!HugeTlbPool.TryReserve(missing)) return false;
        for (ulong index = first; index < end; index++)
            if (_pages.Get(index) == 0) _pages.Set(index, Promise);
        return true;
    }

    /// <summary>Takes a page for an index out of the pool, by its promise if there is one; 0 when there is none. It has one reference, the caller's.</summary>
    public uint Take(ulong index)
    {
        bool isPromised = _pages.Get(index) == Promise;
        uint first = HugeTlbPool.Take(isPromised);
        if (first != 0 && isPromised) _pages.Set(index, 0);
        return first;
    }

    /// <summary>Keeps a page for an index that has none, and the caller's reference to it.</summary>
    public void Keep(ulong index, uint first)
    {
        _pages.Set(index, first);
        Count++;
    }

    /// <summary>Gives up what is there or promised in [first, end).</summary>
    public void Drop(ulong first, ulong end)
    {
        ulong promises = 0;
        for (ulong index = first; _pages.Next(ref index, out ulong word) && index < end; index++)
        {
            _pages.Set(index, 0);
            if (word == Promise)
            {
                promises++;
                continue;
            }
            Count--;
            HugeTlbPool.Release((uint)word);
        }
        HugeTlbPool.Unreserve(promises);
    }

    /// <summary>Pages of a private mapping went before it does: its owner is promised others, as far as the pool can without making new ones.</summary>
    public void PromiseAgain(ulong first, ulong end)
    {
        for (ulong index = first; index < end && HugeTlbPool.Surplus == 0; index++) TryReserve(index, index + 1);
    }
}
