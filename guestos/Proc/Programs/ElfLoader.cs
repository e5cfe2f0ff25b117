using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Maps a checked ELF image into an address space. Nothing is read: pages come in on first touch.</summary>
internal static class ElfLoader
{
    /// <summary>
    /// Maps all segments. <paramref name="bias"/> is what was added to the file's addresses. Position-independent images go to
    /// <paramref name="preferredBase"/>, or to the top of the mapping area when it is 0. 0 or a negative errno.
    /// </summary>
    public static int Load(AddressSpace space, ElfImage image, ulong preferredBase, out ulong bias)
    {
        bias = 0;
        if (image.Header.Type == ElfImage.PositionIndependent)
        {
            ulong start = preferredBase != 0 ? preferredBase : FindBase(space, image);
            if (start == 0) return -Errno.NoMemory;
            bias = start - image.LowestAddress;
            if (!UserMemory.IsUserRange(start, image.HighestAddress - image.LowestAddress)) return -Errno.NoMemory;
        }
        for (int i = 0; i < image.Header.ProgramHeaderCount; i++)
        {
            if (image.ProgramHeader(i).Type != ElfProgramHeader.Load || image.ProgramHeader(i).MemoryBytes == 0) continue;
            int error = MapSegment(space, image, image.ProgramHeader(i), bias);
            if (error != 0) return error;
        }
        return 0;
    }

    /// <summary>
    /// Zeroes the rest of the last file page of each writable segment, in the active address space: the one copy loading makes, as on Linux.
    /// False when that is not possible.
    /// </summary>
    public static bool ClearSegmentEnds(ElfImage image, ulong bias)
    {
        for (int i = 0; i < image.Header.ProgramHeaderCount; i++)
        {
            ref ElfProgramHeader header = ref image.ProgramHeader(i);
            if (header.Type != ElfProgramHeader.Load || header.MemoryBytes == header.FileBytes || (header.Flags & ElfProgramHeader.Writable) == 0) continue;
            ulong fileEnd = bias + header.VirtualAddress + header.FileBytes;
            ulong pageEnd = (fileEnd + 4095) & ~4095UL;
            if (header.FileBytes != 0 && pageEnd != fileEnd && !UserMemory.Clear(fileEnd, pageEnd - fileEnd)) return false;
        }
        return true;
    }

    private static ulong FindBase(AddressSpace space, ElfImage image)
    {
        ulong length = image.HighestAddress - image.LowestAddress;
        ulong start = space.Search.Find(space, length + image.Alignment - 4096);
        if (start == 0) return 0;
        // The highest aligned place in the gap.
        return (start + image.Alignment - 4096) & ~(image.Alignment - 1);
    }

    private static int MapSegment(AddressSpace space, ElfImage image, in ElfProgramHeader header, ulong bias)
    {
        VmFlags flags = VmFlags.None;
        if ((header.Flags & ElfProgramHeader.Readable) != 0) flags |= VmFlags.Read;
        if ((header.Flags & ElfProgramHeader.Writable) != 0) flags |= VmFlags.Write;
        if ((header.Flags & ElfProgramHeader.Executable) != 0) flags |= VmFlags.Execute;
        ulong start = (bias + header.VirtualAddress) & ~4095UL;
        ulong fileEnd = header.FileBytes == 0 ? start : (bias + header.VirtualAddress + header.FileBytes + 4095) & ~4095UL;
        ulong end = (bias + header.VirtualAddress + header.MemoryBytes + 4095) & ~4095UL;
        if (fileEnd > start)
        {
            int error = Map.Fixed(space, start, fileEnd - start, flags, image.Source, header.Offset >> 12);
            if (error != 0) return error;
        }
        return end > fileEnd ? Map.Fixed(space, fileEnd, end - fileEnd, flags, null, 0) : 0;
    }
}
