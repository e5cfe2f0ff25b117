using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Reads and writes an address space that need not be the one in CR3: exec's strings, /proc/PID/cmdline.</summary>
internal static unsafe class RemoteMemory
{
    /// <summary>Copies into a space, bringing pages in as a write by the program would. False when a page cannot be had.</summary>
    public static bool Write(AddressSpace space, ulong destination, void* source, ulong lengthBytes) =>
        Transfer(space, destination, (byte*)source, lengthBytes, isWrite: true);

    /// <summary>Copies out of a space.</summary>
    public static bool Read(AddressSpace space, void* destination, ulong source, ulong lengthBytes) =>
        Transfer(space, source, (byte*)destination, lengthBytes, isWrite: false);

    /// <summary>
    /// Copies part of one page out of a space or into it as a debugger does: protection does not hold, but what is shared is only written where the
    /// program may write it. False when there is no such page.
    /// </summary>
    public static bool Force(AddressSpace space, ulong address, byte* kernel, ulong lengthBytes, bool isWrite)
    {
        if (!UserMemory.IsUserRange(address, lengthBytes)) return false;
        byte* page = ForcedPage(space, address, isWrite);
        if (page == null) return false;
        if (isWrite) Memory.Copy(page, kernel, lengthBytes);
        else Memory.Copy(kernel, page, lengthBytes);
        return true;
    }

    private static bool Transfer(AddressSpace space, ulong address, byte* kernel, ulong lengthBytes, bool isWrite)
    {
        if (!UserMemory.IsUserRange(address, lengthBytes)) return false;
        while (lengthBytes != 0)
        {
            ulong chunk = 4096 - (address & 4095);
            if (chunk > lengthBytes) chunk = lengthBytes;
            byte* page = Page(space, address, isWrite);
            if (page == null) return false;
            if (isWrite) Memory.Copy(page, kernel, chunk);
            else Memory.Copy(kernel, page, chunk);
            address += chunk;
            kernel += chunk;
            lengthBytes -= chunk;
        }
        return true;
    }

    private static byte* Page(AddressSpace space, ulong address, bool isWrite)
    {
        while (true)
        {
            PageTableEntry* entry = Entry(space, address);
            if (entry != null && entry->IsPresent && (!isWrite || entry->IsWritable)) return Use(entry, address, isWrite);
            PageFault.Handle(space, address, isWrite ? PageFault.ErrorWrite : 0, out FaultOutcome outcome);
            if (outcome.Error != FaultError.None) return null;
        }
    }

    private static byte* ForcedPage(AddressSpace space, ulong address, bool isWrite)
    {
        VmArea area = space.Find(address);
        if (area == null || isWrite && !area.IsWritable && (area.IsShared || area.IsHugeTlb)) return null;
        PageTableEntry* entry = Entry(space, address);
        if (entry == null || !PageTable.HoldsFrame(*entry) || isWrite && !entry->IsWritable)
        {
            PageFault.Handle(space, address, PageFault.Forced | (isWrite ? PageFault.ErrorWrite : 0), out FaultOutcome outcome);
            if (outcome.Error != FaultError.None) return null;
            // The fault may have slept: everything is looked up again.
            area = space.Find(address);
            entry = Entry(space, address);
            if (area == null || entry == null || !PageTable.HoldsFrame(*entry)) return null;
            if (!area.IsAccessible) *entry = entry->Without(PageTableEntry.Present | PageTableEntry.Writable).With(PageTable.NoAccess);
            else if (!area.IsWritable) *entry = entry->Without(PageTableEntry.Writable);
            if (space.IsActive) Cpu.InvalidatePage(address);
        }
        return Use(entry, address, isWrite);
    }

    /// <summary>The entry that maps a small or a huge page at an address, or null.</summary>
    private static PageTableEntry* Entry(AddressSpace space, ulong address)
    {
        PageTableEntry* huge = HugePage.Find(space.Root, address);
        return huge != null ? huge : PageTable.Find(space.Root, address);
    }

    /// <summary>
    /// The byte of an address that an entry maps. The entry is marked as the CPU does for the program's own access: of a page that has a copy in swap space,
    /// or that the program has given up, reclaim keeps only what is dirty.
    /// </summary>
    private static byte* Use(PageTableEntry* entry, ulong address, bool isWrite)
    {
        *entry = entry->With(isWrite ? PageTableEntry.Accessed | PageTableEntry.Dirty : PageTableEntry.Accessed);
        uint frame = entry->IsHuge ? HugePage.Part(*entry, address).Frame : entry->Frame;
        return Physical.FramePointer(frame) + (address & 4095);
    }
}
