using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>An area's place in an <see cref="AreaIntervals"/>.</summary>
internal struct IntervalLinks
{
    public VmArea Left;
    public VmArea Right;

    /// <summary>No area below in the tree has a higher one.</summary>
    public uint Priority;

    /// <summary>The largest <see cref="VmArea.EndPage"/> of the area and of all below it in the tree.</summary>
    public ulong LargestEnd;
}

/// <summary>
/// The areas, of any address spaces, that show pages of one <see cref="PageSource"/> or one <see cref="AnonymousFamily"/>: the way back from a page to the
/// page tables that show it (Linux's i_mmap and anon_vma). An interval tree by pages, kept in balance by random priorities (a treap): a change takes
/// logarithmic time, and so does each step of a visit.
/// </summary>
internal struct AreaIntervals
{
    private static uint s_lastPriority;

    private readonly bool _isFamily;
    private VmArea _root;

    /// <param name="isFamily">True for a family's areas: an area may be in one tree of either kind.</param>
    public AreaIntervals(bool isFamily)
    {
        _isFamily = isFamily;
        _root = null;
        Count = 0;
        SharedCount = 0;
    }

    /// <summary>Areas in the tree.</summary>
    public int Count { get; private set; }

    /// <summary>Shared areas among them.</summary>
    public int SharedCount { get; private set; }

    /// <summary>Takes an area in. Its first page must stay the same while it is there, its end may move (<see cref="EndMoved"/>).</summary>
    public void Add(VmArea area)
    {
        ref IntervalLinks links = ref LinksOf(area);
        links.Left = null;
        links.Right = null;
        links.LargestEnd = area.EndPage;
        // A linear congruential generator (Knuth's constants): only the upper bits matter in comparisons.
        links.Priority = s_lastPriority = s_lastPriority * 1664525 + 1013904223;
        _root = Insert(_root, area);
        Count++;
        if (area.IsShared) SharedCount++;
    }

    /// <summary>Takes an area out.</summary>
    public void Remove(VmArea area)
    {
        _root = Remove(_root, area);
        Count--;
        if (area.IsShared) SharedCount--;
    }

    /// <summary>To be called when the end of an area in the tree has moved.</summary>
    public readonly void EndMoved(VmArea area) => Refresh(_root, area);

    /// <summary>
    /// The first area that shows a page of [<paramref name="firstPage"/>, <paramref name="endPage"/>), or null. Areas must not come or go during a visit.
    /// </summary>
    public readonly VmArea First(ulong firstPage, ulong endPage) => First(_root, firstPage, endPage);

    /// <summary>The area after <paramref name="area"/> that shows a page of the range, or null.</summary>
    public readonly VmArea Next(VmArea area, ulong firstPage, ulong endPage) => Next(_root, area, firstPage, endPage);

    private readonly VmArea First(VmArea node, ulong firstPage, ulong endPage)
    {
        if (node == null || LinksOf(node).LargestEnd <= firstPage) return null;
        while (true)
        {
            VmArea left = LinksOf(node).Left;
            // Where something on the left ends late enough but begins too late, all that follows begins too late as well.
            if (left != null && LinksOf(left).LargestEnd > firstPage) node = left;
            else if (node.PageOffset >= endPage) return null;
            else if (node.EndPage > firstPage) return node;
            else node = LinksOf(node).Right;
        }
    }

    private readonly VmArea Next(VmArea node, VmArea area, ulong firstPage, ulong endPage)
    {
        if (node == null || LinksOf(node).LargestEnd <= firstPage) return null;
        if (!IsBefore(area, node)) return Next(LinksOf(node).Right, area, firstPage, endPage);
        VmArea found = Next(LinksOf(node).Left, area, firstPage, endPage);
        if (found != null) return found;
        if (node.PageOffset >= endPage) return null;
        return node.EndPage > firstPage ? node : First(LinksOf(node).Right, firstPage, endPage);
    }

    private readonly VmArea Insert(VmArea node, VmArea area)
    {
        if (node == null) return area;
        ref IntervalLinks links = ref LinksOf(node);
        if (LinksOf(area).Priority > links.Priority)
        {
            Split(node, area, out LinksOf(area).Left, out LinksOf(area).Right);
            Update(area);
            return area;
        }
        if (IsBefore(area, node)) links.Left = Insert(links.Left, area);
        else links.Right = Insert(links.Right, area);
        Update(node);
        return node;
    }

    private readonly VmArea Remove(VmArea node, VmArea area)
    {
        ref IntervalLinks links = ref LinksOf(node);
        if (node == area) return Join(links.Left, links.Right);
        if (IsBefore(area, node)) links.Left = Remove(links.Left, area);
        else links.Right = Remove(links.Right, area);
        Update(node);
        return node;
    }

    /// <summary>Parts a tree into what comes before an area and what comes after it.</summary>
    private readonly void Split(VmArea node, VmArea area, out VmArea before, out VmArea after)
    {
        before = null;
        after = null;
        if (node == null) return;
        ref IntervalLinks links = ref LinksOf(node);
        if (IsBefore(area, node))
        {
            Split(links.Left, area, out before, out links.Left);
            after = node;
        }
        else
        {
            Split(links.Right, area, out links.Right, out after);
            before = node;
        }
        Update(node);
    }

    /// <summary>Makes one tree of two; all of the first comes before all of the second.</summary>
    private readonly VmArea Join(VmArea before, VmArea after)
    {
        if (before == null) return after;
        if (after == null) return before;
        VmArea top = LinksOf(before).Priority > LinksOf(after).Priority ? before : after;
        if (top == before) LinksOf(before).Right = Join(LinksOf(before).Right, after);
        else LinksOf(after).Left = Join(before, LinksOf(after).Left);
        Update(top);
        return top;
    }

    private readonly void Refresh(VmArea node, VmArea area)
    {
        if (node != area) Refresh(IsBefore(area, node) ? LinksOf(node).Left : LinksOf(node).Right, area);
        Update(node);
    }

    private readonly void Update(VmArea node)
    {
        ref IntervalLinks links = ref LinksOf(node);
        ulong largest = node.EndPage;
        if (links.Left != null && LinksOf(links.Left).LargestEnd > largest) largest = LinksOf(links.Left).LargestEnd;
        if (links.Right != null && LinksOf(links.Right).LargestEnd > largest) largest = LinksOf(links.Right).LargestEnd;
        links.LargestEnd = largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref IntervalLinks LinksOf(VmArea area) => ref _isFamily ? ref area.FamilyLinks : ref area.SourceLinks;

    /// <summary>Any order will do between areas that begin at the same page; objects never move.</summary>
    private static unsafe bool IsBefore(VmArea left, VmArea right) =>
        left.PageOffset < right.PageOffset || left.PageOffset == right.PageOffset && Unsafe.AddressOf(left) < Unsafe.AddressOf(right);
}
