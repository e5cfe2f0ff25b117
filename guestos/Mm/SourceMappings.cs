namespace GuestOs.Mm;

/// <summary>
/// The areas that map one <see cref="PageSource"/>, of all address spaces (Linux's i_mmap): the way back from a file's page to the page tables that show it.
/// A list through <see cref="VmArea.NextMapping"/>, newest first; adding and removing are O(1), a visit looks at every area.
/// </summary>
internal struct SourceMappings
{
    private VmArea _first;

    /// <summary>Areas that map the source.</summary>
    public int Count { get; private set; }

    /// <summary>Shared areas among them.</summary>
    public int SharedCount { get; private set; }

    /// <summary>Lists an area that an address space took in.</summary>
    public void Add(VmArea area)
    {
        area.PreviousMapping = null;
        area.NextMapping = _first;
        if (_first != null) _first.PreviousMapping = area;
        _first = area;
        Count++;
        if (area.IsShared) SharedCount++;
    }

    /// <summary>Takes a listed area out.</summary>
    public void Remove(VmArea area)
    {
        if (area.PreviousMapping != null) area.PreviousMapping.NextMapping = area.NextMapping;
        else _first = area.NextMapping;
        if (area.NextMapping != null) area.NextMapping.PreviousMapping = area.PreviousMapping;
        area.NextMapping = null;
        area.PreviousMapping = null;
        Count--;
        if (area.IsShared) SharedCount--;
    }

    /// <summary>The first area that shows a page of [<paramref name="firstPage"/>, <paramref name="endPage"/>), or null. Areas must not come or go during a visit.</summary>
    public readonly VmArea First(ulong firstPage, ulong endPage) => Covering(_first, firstPage, endPage);

    /// <summary>The area after <paramref name="area"/> that shows a page of the range, or null.</summary>
    public static VmArea Next(VmArea area, ulong firstPage, ulong endPage) => Covering(area.NextMapping, firstPage, endPage);

    private static VmArea Covering(VmArea area, ulong firstPage, ulong endPage)
    {
        while (area != null && (area.PageOffset >= endPage || area.EndPage <= firstPage)) area = area.NextMapping;
        return area;
    }
}
