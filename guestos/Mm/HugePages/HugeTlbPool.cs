using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// The pool of 2 MiB pages that programs ask for by MAP_HUGETLB (Linux's Documentation/admin-guide/mm/hugetlbpage.rst). A page in use has as many references
/// to its first frame as users; in the pool it has one.
/// </summary>
internal static unsafe class HugeTlbPool
{
    /// <summary>vm.nr_hugepages: pages the pool should have; after <see cref="Resize"/> those it has.</summary>
    public static ulong Size;

    /// <summary>vm.nr_overcommit_hugepages: pages beyond the pool that may be made when programs want them.</summary>
    public static ulong OvercommitLimit;

    private static uint s_first;

    /// <summary>All pages, in use or not.</summary>
    public static ulong Total { get; private set; }

    /// <summary>Pages nobody uses.</summary>
    public static ulong Free { get; private set; }

    /// <summary>Pages among the free ones that mappings were promised.</summary>
    public static ulong Reserved { get; private set; }

    /// <summary>Pages beyond the pool's size; they go when they become free.</summary>
    public static ulong Surplus { get; private set; }

    /// <summary>Makes or frees pages until there are <see cref="Size"/>, or as many as can be had.</summary>
    public static int Resize()
    {
        ulong wanted = Size;
        while (Surplus != 0 && wanted > Total - Surplus) Surplus--;
        while (wanted > Total - Surplus && Make()) { }
        ulong least = Reserved + (Total - Free);
        if (least < wanted) least = wanted;
        while (Total - Surplus > least) Dissolve();
        // What is in use leaves the pool when it becomes free.
        if (wanted < Total - Surplus) Surplus = Total - wanted;
        Size = Total - Surplus;
        return 0;
    }

    /// <summary>Promises pages to a mapping; false when there are not enough, and no more can be made.</summary>
    public static bool TryReserve(ulong pages)
    {
        ulong made = 0;
        while (Free < Reserved + pages && MakeSurplus()) made++;
        if (Free < Reserved + pages)
        {
            for (; made != 0; made--) DissolveSurplus();
            return false;
        }
        Reserved += pages;
        return true;
    }

    /// <summary>Takes promises back.</summary>
    public static void Unreserve(ulong pages)
    {
        Reserved -= pages;
        for (; pages != 0 && Surplus != 0 && Free > Reserved; pages--) DissolveSurplus();
    }

    /// <summary>A page full of zeros with one reference, or 0 when there is none for those who were promised none.</summary>
    public static uint Take(bool isReserved)
    {
        if (!isReserved && Free <= Reserved && !MakeSurplus()) return 0;
        if (isReserved) Reserved--;
        Free--;
        uint first = s_first;
        s_first = FrameTable.Of(first)->Next;
        Memory.Set(Physical.FramePointer(first), 0, HugePage.Bytes);
        return first;
    }

    /// <summary>Drops a reference to a page; the last one puts it back.</summary>
    public static void Release(uint first)
    {
        if (FrameAllocator.References(first) > 1)
        {
            FrameAllocator.Release(first);
            return;
        }
        Put(first);
        if (Surplus != 0 && Free > Reserved) DissolveSurplus();
    }

    private static bool MakeSurplus()
    {
        if (Surplus >= OvercommitLimit || !Make()) return false;
        Surplus++;
        return true;
    }

    private static void DissolveSurplus()
    {
        Surplus--;
        Dissolve();
    }

    /// <summary>Turns contiguous memory into a page of the pool; programs' ordinary memory must not run out by it.</summary>
    private static bool Make()
    {
        if (FrameAllocator.FreeFrames < Watermarks.High + HugePage.Frames) return false;
        uint first = HugePage.AllocateFrames(mayCompact: true);
        if (first == 0) return false;
        Total++;
        Put(first);
        return true;
    }

    private static void Put(uint first)
    {
        FrameTable.Of(first)->Next = s_first;
        s_first = first;
        Free++;
    }

    /// <summary>Gives a free page's frames back.</summary>
    private static void Dissolve()
    {
        uint first = s_first;
        s_first = FrameTable.Of(first)->Next;
        Free--;
        Total--;
        HugePage.ReleaseFrames(first);
    }
}
