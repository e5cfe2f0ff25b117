using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Brings pages back from swap for good: swapoff.</summary>
internal static unsafe class SwapOff
{
    /// <summary>Brings in all pages of an address space. 0; -ENOMEM or -EIO when one cannot be had (what came back stays).</summary>
    public static int Space(AddressSpace space)
    {
        for (VmArea area = space.FirstArea; area != null && space.SwapPages != 0; area = area.Next)
        {
            int error = area.HasPrivatePages ? Area(space, area) : 0;
            if (error != 0) return error;
        }
        return 0;
    }

    private static int Area(AddressSpace space, VmArea area)
    {
        for (ulong address = area.Start; address < area.End; address += 4096)
        {
            PageTableEntry* entry = PageTable.Find(space.Root, address);
            if (entry == null)
            {
                address = PageTable.SkipMissing(space.Root, address, area.End) - 4096;
                continue;
            }
            if (!entry->IsSwap) continue;
            uint frame = SwapArea.CachedFrame(entry->SwapSlot);
            int error = 0;
            if (frame == 0) frame = SwapCache.Read(entry->SwapSlot, out error);
            if (frame == 0) return error;
            // Without access the page waits as pages of such areas do: not present, its frame kept.
            SwapIn.Map(space, area, address, entry, frame, isWrite: false);
            if (!area.IsAccessible) *entry = entry->Without(PageTableEntry.Present | PageTableEntry.Writable).With(PageTable.NoAccess);
        }
        return 0;
    }

    /// <summary>Gives up the slots of pages that are in memory as well.</summary>
    public static void EmptyCache()
    {
        for (uint slot = 1; SwapArea.IsValid(slot); slot++)
        {
            uint frame = SwapArea.CachedFrame(slot);
            if (frame != 0) SwapCache.Remove(frame);
        }
    }
}
