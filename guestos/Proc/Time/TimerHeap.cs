namespace GuestOs.Proc;

/// <summary>Timers by deadline: a pairing heap, which allocates nothing. Adding takes constant time, removing logarithmic time on average.</summary>
internal struct TimerHeap
{
    /// <summary>The timer that is due first, or null.</summary>
    public KernelTimer First { get; private set; }

    public void Add(KernelTimer timer)
    {
        timer.HeapChild = null;
        timer.HeapNext = null;
        timer.HeapPrevious = null;
        First = First == null ? timer : Join(First, timer);
    }

    public void Remove(KernelTimer timer)
    {
        KernelTimer rest = JoinAll(timer.HeapChild);
        if (timer == First) First = rest;
        else
        {
            if (timer.HeapPrevious.HeapChild == timer) timer.HeapPrevious.HeapChild = timer.HeapNext;
            else timer.HeapPrevious.HeapNext = timer.HeapNext;
            if (timer.HeapNext != null) timer.HeapNext.HeapPrevious = timer.HeapPrevious;
            if (rest != null) First = Join(First, rest);
        }
        timer.HeapChild = null;
        timer.HeapNext = null;
        timer.HeapPrevious = null;
    }

    private static bool IsBefore(KernelTimer left, KernelTimer right) =>
        left.Deadline < right.Deadline || left.Deadline == right.Deadline && left.Sequence < right.Sequence;

    /// <summary>Makes the later of two roots the first child of the other.</summary>
    private static KernelTimer Join(KernelTimer left, KernelTimer right)
    {
        KernelTimer root = IsBefore(left, right) ? left : right, child = root == left ? right : left;
        child.HeapNext = root.HeapChild;
        if (child.HeapNext != null) child.HeapNext.HeapPrevious = child;
        child.HeapPrevious = root;
        root.HeapChild = child;
        root.HeapNext = null;
        root.HeapPrevious = null;
        return root;
    }

    /// <summary>Joins siblings in pairs from the left, then the pairs from the right.</summary>
    private static KernelTimer JoinAll(KernelTimer first)
    {
        KernelTimer pairs = null;
        while (first != null)
        {
            KernelTimer left = first, right = left.HeapNext;
            first = right?.HeapNext;
            KernelTimer pair = right == null ? left : Join(left, right);
            pair.HeapNext = pairs;
            pairs = pair;
        }
        KernelTimer root = null;
        while (pairs != null)
        {
            KernelTimer next = pairs.HeapNext;
            pairs.HeapNext = null;
            pairs.HeapPrevious = null;
            root = root == null ? pairs : Join(root, pairs);
            pairs = next;
        }
        return root;
    }
}
