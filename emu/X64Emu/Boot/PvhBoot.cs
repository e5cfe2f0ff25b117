using System.Buffers.Binary;
using X64Emu.Bus;

namespace X64Emu.Boot;

/// <summary>Boots an ELF kernel by the PVH protocol (Xen's x86/HVM direct boot ABI): 32-bit entry from a note, EBX points at hvm_start_info.</summary>
public static class PvhBoot
{
    /// <summary>The type of the note (owner "Xen") that holds the 32-bit entry point: XEN_ELFNOTE_PHYS32_ENTRY.</summary>
    public const uint EntryNoteType = 18;

    private const uint StartInfoMagic = 0x336e_c578;
    private const int StartInfoBytes = 56;
    private const int ModuleBytes = 32;
    private const int MemoryMapEntryBytes = 24;

    // The page above the real-mode vectors and the BIOS data area, which nothing else claims; QEMU's loader lives there too.
    private const ulong StartInfoAddress = 0x1000;

    /// <summary>True when the image asks for this protocol.</summary>
    public static bool Accepts(ElfImage image) => FindEntry(image) is not null;

    /// <summary>Loads the kernel, the command line and the modules into RAM and says how to start it.</summary>
    /// <exception cref="BootImageException">The image has no PVH entry, or does not fit.</exception>
    public static BootState Load(ElfImage image, GuestRam ram, string commandLine, IReadOnlyList<BootModule>? modules = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(ram);
        uint entry = FindEntry(image) ?? throw new BootImageException("the kernel has no PVH entry (no ELF note \"Xen\" of type 18)");
        image.LoadPhysical(ram);
        BootRoom room = BootRoom.Around(image, StartInfoAddress);
        BootInfoWriter writer = new(ram, room.InfoStart, room.InfoEnd);

        ulong top = ram.LowLengthBytes;
        byte[] moduleList = new byte[ModuleBytes * (modules?.Count ?? 0)];
        for (int index = 0; index < (modules?.Count ?? 0); index++)
        {
            BootModule module = modules![index];
            Span<byte> record = moduleList.AsSpan(index * ModuleBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, BootInfoWriter.PlaceModule(ram, module, ref top, room.KernelEnd));
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], (ulong)module.Content.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(record[16..], writer.PlaceText(module.CommandLine, "a module's command line"));
        }

        List<PhysicalMemoryRange> usable = BootMemoryMap.Usable(ram);
        byte[] memoryMap = new byte[usable.Count * MemoryMapEntryBytes];
        for (int index = 0; index < usable.Count; index++)
        {
            Span<byte> record = memoryMap.AsSpan(index * MemoryMapEntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, usable[index].Start.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], usable[index].LengthBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(record[16..], 1);
        }

        byte[] startInfo = new byte[StartInfoBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(startInfo, StartInfoMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(startInfo.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(startInfo.AsSpan(12), (uint)(modules?.Count ?? 0));
        if (moduleList.Length > 0) BinaryPrimitives.WriteUInt64LittleEndian(startInfo.AsSpan(16), writer.Place(moduleList, "the module list"));
        BinaryPrimitives.WriteUInt64LittleEndian(startInfo.AsSpan(24), writer.PlaceText(commandLine, "the command line"));
        BinaryPrimitives.WriteUInt64LittleEndian(startInfo.AsSpan(40), writer.Place(memoryMap, "the memory map"));
        BinaryPrimitives.WriteUInt32LittleEndian(startInfo.AsSpan(48), (uint)usable.Count);
        return new BootState(entry, Eax: 0, Ebx: writer.Place(startInfo, "the start info"));
    }

    private static uint? FindEntry(ElfImage image)
    {
        foreach (ElfNote note in image.Notes())
        {
            if (note.Owner == "Xen" && note.Type == EntryNoteType && note.Description.Length >= sizeof(uint))
                return BinaryPrimitives.ReadUInt32LittleEndian(note.Description.Span);
        }
        return null;
    }
}

/// <summary>Where boot information may go: conventional memory, unless the kernel itself lies there.</summary>
/// <param name="InfoStart">The first free byte.</param>
/// <param name="InfoEnd">The byte after the last free one.</param>
/// <param name="KernelEnd">The byte after the kernel's last.</param>
internal readonly record struct BootRoom(ulong InfoStart, ulong InfoEnd, ulong KernelEnd)
{
    internal static BootRoom Around(ElfImage image, ulong preferredStart)
    {
        List<PhysicalMemoryRange> ranges = [];
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.IsLoadable && segment.MemoryBytes > 0) ranges.Add(new(new(segment.PhysicalAddress), segment.MemoryBytes));
        }
        return Around(ranges, preferredStart);
    }

    internal static BootRoom Around(IReadOnlyList<PhysicalMemoryRange> kernel, ulong preferredStart)
    {
        ulong kernelEnd = BootMemoryMap.ExtendedStart;
        ulong conventionalKernelEnd = preferredStart;
        ulong conventionalKernelStart = BootMemoryMap.ConventionalEnd;
        foreach (PhysicalMemoryRange range in kernel)
        {
            kernelEnd = Math.Max(kernelEnd, range.End.Value);
            if (range.Start.Value >= BootMemoryMap.ConventionalEnd) continue;
            conventionalKernelEnd = Math.Max(conventionalKernelEnd, range.End.Value);
            conventionalKernelStart = Math.Min(conventionalKernelStart, range.Start.Value);
        }
        // The larger gap, below or above a kernel in conventional memory.
        ulong below = conventionalKernelStart - Math.Min(conventionalKernelStart, preferredStart);
        ulong above = BootMemoryMap.ConventionalEnd - Math.Min(BootMemoryMap.ConventionalEnd, conventionalKernelEnd);
        return below >= above
            ? new BootRoom(preferredStart, conventionalKernelStart, kernelEnd)
            : new BootRoom(conventionalKernelEnd, BootMemoryMap.ConventionalEnd, kernelEnd);
    }
}
