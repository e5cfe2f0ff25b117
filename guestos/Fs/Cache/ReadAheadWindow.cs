using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>How far reading goes on beyond the page that was missed: sequential misses double the window.</summary>
internal struct ReadAheadWindow
{
    private const ulong MaximumPages = 256;

    private ulong _end;
    private ulong _middle;
    private ulong _pages;

    /// <summary>The page after the last one that was read ahead.</summary>
    public readonly ulong End => _end;

    /// <summary>True for a page in the second half of the window: time to read the next one.</summary>
    public readonly bool IsDue(ulong page) => page >= _middle && page < _end;

    /// <summary>Where to stop reading after a miss at a page: after at least <paramref name="least"/>, not beyond the file's end.</summary>
    public ulong Advance(ulong page, ulong least, ulong fileEnd, ulong firstPages)
    {
        _pages = page == _end && _pages != 0 ? _pages * 2 : firstPages;
        if (_pages > MaximumPages) _pages = MaximumPages;
        while (_pages > 1 && !Reclaim.MayReadAhead((int)_pages)) _pages /= 2;
        ulong end = page + _pages;
        if (end < least) end = least;
        if (end > fileEnd) end = fileEnd;
        _end = end;
        _middle = page + (end - page) / 2;
        return end;
    }
}
