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
            PageTableEntry* entry = PageTable.Find(space.Root, address);
            if (entry != null && entry->IsPresent && (!isWrite || entry->IsWritable)) return Physical.FramePointer(entry->Frame) + (address & 4095);
            PageFault.Handle(space, address, isWrite ? PageFault.ErrorWrite : 0, out FaultOutcome outcome);
            if (outcome.Error != FaultError.None) return null;
        }
    }
}
