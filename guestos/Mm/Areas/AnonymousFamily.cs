namespace GuestOs.Mm;

/// <summary>
/// Areas of one address space whose own pages may lie in one area (Linux's anon_vma). fork gives the copy of an area a family of its own below its
/// parent's: a page of a family is shown by areas of that family and of those below it, and by no others.
/// </summary>
internal sealed class AnonymousFamily
{
    // From here on a child's areas join their parents' family: else each generation of a program that forks and ends would leave a family behind.
    private const int MaximumDepth = 32;

    private readonly AnonymousFamily _parent;
    private readonly int _depth;
    private AnonymousFamily _firstChild;
    private AnonymousFamily _nextSibling;
    private AnonymousFamily _previousSibling;
    private AreaIntervals _areas = new AreaIntervals(isFamily: true);

    /// <param name="parent">The family this one was forked from, or null for a new tree.</param>
    public AnonymousFamily(AnonymousFamily parent)
    {
        Root = parent == null ? this : parent.Root;
        if (parent == null) return;
        _parent = parent;
        _depth = parent._depth + 1;
        _nextSibling = parent._firstChild;
        if (_nextSibling != null) _nextSibling._previousSibling = this;
        parent._firstChild = this;
    }

    /// <summary>The family itself, or its first ancestor.</summary>
    public AnonymousFamily Root { get; }

    /// <summary>The family's own areas.</summary>
    public ref readonly AreaIntervals Areas => ref _areas;

    /// <summary>The family for a forked copy of one of its areas.</summary>
    public AnonymousFamily ForChild() => _depth < MaximumDepth ? new AnonymousFamily(this) : this;

    /// <summary>Takes an area in; <see cref="VmArea.Join"/> calls it.</summary>
    public void Add(VmArea area) => _areas.Add(area);

    /// <summary>The end of one of its areas has moved.</summary>
    public void EndMoved(VmArea area) => _areas.EndMoved(area);

    /// <summary>Takes an area out for a moment: it comes back by <see cref="Add"/>.</summary>
    public void Hide(VmArea area) => _areas.Remove(area);

    /// <summary>Lets an area go; with the last one, and the last family below, the family goes. All its pages must be unmapped or shown by relatives.</summary>
    public void Remove(VmArea area)
    {
        _areas.Remove(area);
        FreeIfUnused();
    }

    /// <summary>The family after this one among those below <paramref name="top"/>, or null.</summary>
    public AnonymousFamily NextBelow(AnonymousFamily top)
    {
        if (_firstChild != null) return _firstChild;
        AnonymousFamily family = this;
        while (family != top && family._nextSibling == null) family = family._parent;
        return family == top ? null : family._nextSibling;
    }

    private void FreeIfUnused()
    {
        if (_areas.Count != 0 || _firstChild != null) return;
        if (_parent != null)
        {
            if (_previousSibling != null) _previousSibling._nextSibling = _nextSibling;
            else _parent._firstChild = _nextSibling;
            if (_nextSibling != null) _nextSibling._previousSibling = _previousSibling;
            _parent.FreeIfUnused();
        }
        KernelHeap.Free(this);
    }
}

/// <summary>A visit to the areas of a family and of all below it that show a page. None may come or go meanwhile.</summary>
internal ref struct FamilyVisit
{
    private readonly AnonymousFamily _top;
    private readonly ulong _pageIndex;
    private AnonymousFamily _family;
    private VmArea _area;

    public FamilyVisit(AnonymousFamily top, ulong pageIndex)
    {
        _top = top;
        _pageIndex = pageIndex;
        _family = top;
        _area = null;
    }

    /// <summary>The next area, or null after the last.</summary>
    public VmArea Next()
    {
        while (_family != null)
        {
            ref readonly AreaIntervals areas = ref _family.Areas;
            _area = _area == null ? areas.First(_pageIndex, _pageIndex + 1) : areas.Next(_area, _pageIndex, _pageIndex + 1);
            if (_area != null) return _area;
            _family = _family.NextBelow(_top);
        }
        return null;
    }
}
