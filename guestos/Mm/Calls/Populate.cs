using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Brings pages in before they are touched: MAP_POPULATE, mlock, MADV_POPULATE. May sleep.</summary>
internal static unsafe class Populate
{
    /// <summary>Brings in what a range's areas allow, for writing where they are private and writable (as Linux does). 0, -ENOMEM where nothing is
    /// mapped or nothing may be read, -EFAULT for a page that cannot be had.</summary>
    public static int Range(AddressSpace space, ulong start, ulong end)
    {
        int result = 0;
        ulong address = start;
        while (address < end && result == 0)
        {
            VmArea area = space.FirstEndingAbove(address);
            if (area == null || area.Start >= end) break;
            if (area.Start > address) address = area.Start;
            bool forWriting = area.IsWritable && !area.IsShared;
            ulong areaEnd = area.End < end ? area.End : end;
            if ((area.Flags & VmFlags.LockedOnFault) == 0) result = area.IsAccessible ? Pages(space, address, areaEnd, forWriting) : -Errno.NoMemory;
            address = areaEnd;
        }
        return result;
    }

    /// <summary>Brings in every page of a range, for reading or writing. 0, -ENOMEM where nothing is mapped, -EINVAL where the area forbids it,
    /// -EFAULT for a page beyond a file's end.</summary>
    public static int Pages(AddressSpace space, ulong start, ulong end, bool forWriting)
    {
        for (ulong address = start; address < end; address += 4096)
        {
            PageTableEntry entry = PageTable.Lookup(space.Root, address);
            if (entry.IsPresent && (!forWriting || entry.IsWritable)) continue;
            PageFault.Handle(space, address, forWriting ? PageFault.ErrorWrite : 0, out FaultOutcome outcome);
            switch (outcome.Error)
            {
                case FaultError.None: break;
                case FaultError.NotMapped:
                case FaultError.OutOfMemory: return -Errno.NoMemory;
                case FaultError.AccessDenied: return -Errno.Invalid;
                default: return -Errno.Fault;
            }
        }
        return 0;
    }
}
