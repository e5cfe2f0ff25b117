namespace GuestOs.Mm;

/// <summary>The program's heap: brk.</summary>
internal static class Heap
{
    /// <summary>Moves the heap's end and returns the new one, or the old one when that is not possible (as the system call does).</summary>
    public static ulong SetEnd(AddressSpace space, ulong end)
    {
        ulong current = space.HeapEnd;
        if (end < space.HeapStart || end > UserMemory.End) return current;
        ulong currentPage = (current + 4095) & ~4095UL, newPage = (end + 4095) & ~4095UL;
        if (newPage > currentPage)
        {
            // One page of distance to whatever comes next, as on Linux (a stack keeps its guard gap).
            if (!Map.IsFree(space, currentPage, newPage - currentPage + 4096)) return current;
            if (Map.Apart(space, currentPage, newPage - currentPage, VmFlags.Read | VmFlags.Write, null, 0) != 0) return current;
            // The heap grows as one area, but never into the program's own area before it, nor into what follows.
            if (currentPage > space.HeapStart) space.MergeAround(currentPage, currentPage);
        }
        else if (newPage < currentPage && Unmap.Range(space, newPage, currentPage - newPage) != 0) return current;
        space.HeapEnd = end;
        return end;
    }
}
