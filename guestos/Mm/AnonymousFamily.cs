namespace GuestOs.Mm;

/// <summary>
/// Areas of one address space whose own pages may lie in one area (Linux's anon_vma). Families of forked processes have one root: its list has every area
/// that may show a page of any of them, which is the way back from an anonymous page to the page tables.
/// </summary>
internal sealed class AnonymousFamily
{
    private int _members;

    /// <summary>The family itself, or the one its first ancestor was forked from.</summary>
    public readonly AnonymousFamily Root;

    /// <summary>The areas of all families of this root, newest first, linked by <see cref="VmArea.NextRelative"/>.</summary>
    public VmArea FirstArea { get; private set; }

    /// <param name="parent">Any family of the same root, or null for a new root.</param>
    public AnonymousFamily(AnonymousFamily parent)
    {
        Root = parent == null ? this : parent.Root;
        if (parent != null) Root._members++;
    }

    /// <summary>Takes an area in; <see cref="VmArea.Join"/> calls it.</summary>
    public void Add(VmArea area)
    {
        _members++;
        area.PreviousRelative = null;
        area.NextRelative = Root.FirstArea;
        if (Root.FirstArea != null) Root.FirstArea.PreviousRelative = area;
        Root.FirstArea = area;
    }

    /// <summary>Lets an area go; the last one frees the family. All its pages must be unmapped or shown by relatives.</summary>
    public void Remove(VmArea area)
    {
        if (area.PreviousRelative != null) area.PreviousRelative.NextRelative = area.NextRelative;
        else Root.FirstArea = area.NextRelative;
        if (area.NextRelative != null) area.NextRelative.PreviousRelative = area.PreviousRelative;
        area.NextRelative = null;
        area.PreviousRelative = null;
        Leave();
    }

    private void Leave()
    {
        if (--_members != 0) return;
        if (Root != this) Root.Leave();
        KernelHeap.Free(this);
    }
}
