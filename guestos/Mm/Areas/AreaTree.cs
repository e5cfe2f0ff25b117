namespace GuestOs.Mm;

/// <summary>
/// The areas of an address space in address order: a balanced (AVL) tree threaded by a list. Each area knows the longest gap below any area of
/// its subtree, so that lookups, changes and the search for free addresses all take logarithmic time.
/// </summary>
internal struct AreaTree
{
    private VmArea _root;

    /// <summary>The lowest area, or null.</summary>
    public VmArea First { get; private set; }

    /// <summary>The highest area, or null.</summary>
    public VmArea Last { get; private set; }

    public int Count { get; private set; }

    /// <summary>The first area that ends above an address: the one that contains it, or the next; null when there is none.</summary>
    public readonly VmArea FirstEndingAbove(ulong address)
    {
        VmArea found = null;
        for (VmArea area = _root; area != null;)
        {
            if (area.End > address)
            {
                found = area;
                area = area.Left;
            }
            else area = area.Right;
        }
        return found;
    }

    /// <summary>Puts an area in its place; nothing may overlap it.</summary>
    public void Insert(VmArea area)
    {
        VmArea next = FirstEndingAbove(area.Start), previous = next == null ? Last : next.Previous;
        area.Next = next;
        area.Previous = previous;
        if (next == null) Last = area;
        else next.Previous = area;
        if (previous == null) First = area;
        else previous.Next = area;
        _root = Insert(_root, area);
        Count++;
        if (next != null) GapChanged(next);
    }

    /// <summary>Takes an area out; it is the caller's then.</summary>
    public void Remove(VmArea area)
    {
        VmArea next = area.Next, previous = area.Previous;
        if (next == null) Last = previous;
        else next.Previous = previous;
        if (previous == null) First = next;
        else previous.Next = next;
        _root = Remove(_root, area);
        area.Left = null;
        area.Right = null;
        Count--;
        if (next != null) GapChanged(next);
    }

    /// <summary>To be called when the distance from an area to the one below it has changed.</summary>
    public readonly void GapChanged(VmArea area) => Refresh(_root, area);

    /// <summary>The highest start of a free range of <paramref name="lengthBytes"/> in [floor, ceiling); 0 when there is none.</summary>
    public readonly ulong HighestGap(ulong lengthBytes, ulong floor, ulong ceiling)
    {
        ulong bottom = Last == null ? 0 : Last.End;
        if (bottom < floor) bottom = floor;
        if (ceiling > bottom && ceiling - bottom >= lengthBytes) return ceiling - lengthBytes;
        return FindGap(_root, lengthBytes, floor, ceiling, isHighest: true);
    }

    /// <summary>The lowest start of a free range of <paramref name="lengthBytes"/> in [floor, ceiling); 0 when there is none.</summary>
    public readonly ulong LowestGap(ulong lengthBytes, ulong floor, ulong ceiling)
    {
        ulong found = FindGap(_root, lengthBytes, floor, ceiling, isHighest: false);
        if (found != 0) return found;
        ulong bottom = Last == null ? 0 : Last.End;
        if (bottom < floor) bottom = floor;
        return ceiling > bottom && ceiling - bottom >= lengthBytes ? bottom : 0;
    }

    /// <summary>The highest or the lowest start of a free range below an area of a subtree; 0 when there is none.</summary>
    private static ulong FindGap(VmArea area, ulong lengthBytes, ulong floor, ulong ceiling, bool isHighest)
    {
        while (area != null && area.LargestGap >= lengthBytes)
        {
            ulong bottom = area.GapStart, top = area.GapEnd;
            // Gaps on the right begin above this one's end, those on the left end below its start.
            if (isHighest ? bottom < ceiling : top > floor)
            {
                ulong found = FindGap(isHighest ? area.Right : area.Left, lengthBytes, floor, ceiling, isHighest);
                if (found != 0) return found;
                ulong end = top < ceiling ? top : ceiling, start = bottom > floor ? bottom : floor;
                if (end > start && end - start >= lengthBytes) return isHighest ? end - lengthBytes : start;
            }
            if (isHighest ? bottom < floor : top > ceiling) return 0;
            area = isHighest ? area.Left : area.Right;
        }
        return 0;
    }

    private static VmArea Insert(VmArea node, VmArea area)
    {
        if (node == null) return Tie(null, area, null);
        if (area.Start < node.Start) node.Left = Insert(node.Left, area);
        else node.Right = Insert(node.Right, area);
        return Balance(node);
    }

    private static VmArea Remove(VmArea node, VmArea area)
    {
        if (node != area)
        {
            if (area.Start < node.Start) node.Left = Remove(node.Left, area);
            else node.Right = Remove(node.Right, area);
            return Balance(node);
        }
        if (node.Left == null) return node.Right;
        if (node.Right == null) return node.Left;
        VmArea right = TakeLowest(node.Right, out VmArea successor);
        successor.Left = node.Left;
        successor.Right = right;
        return Balance(successor);
    }

    private static VmArea TakeLowest(VmArea node, out VmArea lowest)
    {
        if (node.Left == null)
        {
            lowest = node;
            return node.Right;
        }
        node.Left = TakeLowest(node.Left, out lowest);
        return Balance(node);
    }

    private static void Refresh(VmArea node, VmArea area)
    {
        if (node != area) Refresh(area.Start < node.Start ? node.Left : node.Right, area);
        Update(node);
    }

    private static VmArea Balance(VmArea node)
    {
        int balance = HeightOf(node.Left) - HeightOf(node.Right);
        if (balance > 1)
        {
            if (HeightOf(node.Left.Left) < HeightOf(node.Left.Right)) node.Left = RotateLeft(node.Left);
            return RotateRight(node);
        }
        if (balance < -1)
        {
            if (HeightOf(node.Right.Right) < HeightOf(node.Right.Left)) node.Right = RotateRight(node.Right);
            return RotateLeft(node);
        }
        Update(node);
        return node;
    }

    private static VmArea RotateLeft(VmArea node)
    {
        VmArea top = node.Right;
        return Tie(Tie(node.Left, node, top.Left), top, top.Right);
    }

    private static VmArea RotateRight(VmArea node)
    {
        VmArea top = node.Left;
        return Tie(top.Left, top, Tie(top.Right, node, node.Right));
    }

    private static VmArea Tie(VmArea left, VmArea node, VmArea right)
    {
        node.Left = left;
        node.Right = right;
        Update(node);
        return node;
    }

    private static void Update(VmArea node)
    {
        VmArea left = node.Left, right = node.Right;
        int leftHeight = HeightOf(left), rightHeight = HeightOf(right);
        node.Height = (leftHeight > rightHeight ? leftHeight : rightHeight) + 1;
        ulong start = node.GapStart, end = node.GapEnd;
        ulong largest = end > start ? end - start : 0;
        if (left != null && left.LargestGap > largest) largest = left.LargestGap;
        if (right != null && right.LargestGap > largest) largest = right.LargestGap;
        node.LargestGap = largest;
    }

    private static int HeightOf(VmArea node) => node == null ? 0 : node.Height;
}
