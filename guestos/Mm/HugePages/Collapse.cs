using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Makes one huge page of an aligned 2 MiB that are mapped in small pages: for madvise(MADV_COLLAPSE), and in the background.</summary>
internal static unsafe class Collapse
{
    private const int MaximumAttempts = 4;

    /// <summary>Collapses every whole huge page's range in a part of an area; 0 or what the last failure was: -EINVAL, -ENOMEM, -EAGAIN.</summary>
    public static int Range(AddressSpace space, VmArea area, ulong start, ulong end)
    {
        if (!TransparentHugePages.Permits(area)) return -Errno.Invalid;
        int result = 0;
        for (start = HugePage.RoundUp(start); start < end && end - start >= HugePage.Bytes; start += HugePage.Bytes)
        {
            int error = One(space, area, start, mayCompact: true);
            if (error != 0) result = error;
        }
        return result;
    }

    /// <summary>Collapses the huge page's range that begins at an address; results as <see cref="Range"/>'s.</summary>
    public static int One(AddressSpace space, VmArea area, ulong start, bool mayCompact)
    {
        if (HugePage.Find(space.Root, start) != null) return 0;
        if (PageTable.FindTable(space.Root, start) == null) return -Errno.Invalid;
        uint first = HugePage.AllocateFrames(mayCompact);
        if (first == 0)
        {
            TransparentHugePages.CollapseFailures++;
            return -Errno.NoMemory;
        }
        int error = BringIn(space, start);
        if (error == 0)
        {
            TransparentHugePages.CollapseAllocations++;
            Replace(space, area, start, first);
            return 0;
        }
        HugePage.ReleaseFrames(first);
        return error;
    }

    /// <summary>Reads what is in swap space; 0, -EINVAL when nothing is there at all, -EAGAIN when it goes away again as it comes.</summary>
    private static int BringIn(AddressSpace space, ulong start)
    {
        for (int attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            bool isEmpty = true, hasRead = false;
            for (ulong address = start; address < start + HugePage.Bytes; address += 4096)
            {
                PageTableEntry entry = PageTable.Lookup(space.Root, address);
                isEmpty &= entry.IsNone;
                if (!entry.IsSwap) continue;
                PageFault.Handle(space, address, 0, out FaultOutcome outcome);
                if (outcome.Error != FaultError.None) return -Errno.NoMemory;
                hasRead = true;
            }
            if (isEmpty) return -Errno.Invalid;
            if (!hasRead) return 0;
        }
        return -Errno.Again;
    }

    /// <summary>Copies all pages into the new frames and puts one entry in their table's place; the table stays in reserve for a split.</summary>
    private static void Replace(AddressSpace space, VmArea area, ulong start, uint first)
    {
        PageTableEntry* table = PageTable.FindTable(space.Root, start);
        for (uint i = 0; i < HugePage.Frames; i++)
        {
            PageTableEntry old = table[i];
            byte* target = Physical.FramePointer(first + i);
            if (PageTable.HoldsFrame(old) && old.Frame != PageTable.ZeroFrame) Memory.CopyPage(target, Physical.FramePointer(old.Frame));
            else Memory.ClearPage(target);
            table[i] = default;
            if (!old.IsNone) PageTable.DropFrame(space, old);
        }
        PageTableEntry* entry = PageTable.FindDirectoryEntry(space.Root, start);
        AnonymousPage.InstallHuge(area, start, first);
        ulong flags = area.EntryFlags(area.IsWritable);
        if (!area.IsAccessible) flags = flags & ~(PageTableEntry.Present | PageTableEntry.Writable) | PageTable.NoAccess;
        HugePage.Install(space, entry, first, flags, Physical.FrameOf(table));
        space.FlushTlb();
    }
}
