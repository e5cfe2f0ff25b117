namespace GuestOs.Mm;

/// <summary>
/// What is remembered of the last page that had to come from swap space, to choose how many pages to read at the next one: by each area for its own pages,
/// together for all memory files. Linux's numbers.
/// </summary>
internal struct SwapWindow
{
    private const int MostHits = 63;

    // So that the first fault reads a whole cluster.
    private const int FirstHits = 4;
    private const ulong LeastGrown = 4;

    private bool _isUsed;
    private byte _hits;
    private byte _pages;

    /// <summary>The page number of the last fault, or the slot.</summary>
    public ulong LastPage { get; private set; }

    /// <summary>A fault on a page that has to be read: how many to read, at most <paramref name="largest"/>.</summary>
    public ulong Advance(ulong page, ulong largest)
    {
        int hits = _isUsed ? _hits : FirstHits;
        ulong pages = 1;
        if (hits == 0) pages = page == LastPage + 1 || page + 1 == LastPage ? 2UL : 1;
        else
            for (pages = LeastGrown; pages < (ulong)hits + 2;) pages *= 2;
        if (pages > largest) pages = largest;
        if (pages < _pages / 2u) pages = _pages / 2u;
        Set(page, (byte)pages, 0);
        return pages;
    }

    /// <summary>A fault on a page that was there; a hit when it was read ahead.</summary>
    public void NoteFound(ulong page, bool isHit)
    {
        int hits = _isUsed ? _hits : FirstHits;
        if (isHit && hits < MostHits) hits++;
        Set(page, _pages, (byte)hits);
    }

    private void Set(ulong page, byte pages, byte hits)
    {
        _isUsed = true;
        LastPage = page;
        _pages = pages;
        _hits = hits;
    }
}
