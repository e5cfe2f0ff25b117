using System.Buffers.Binary;
using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Boot;

/// <summary>Boots a kernel by the Multiboot Specification 0.6.96: ELF images, and flat ones with the header's address fields.</summary>
public static class MultibootBoot
{
    private const uint BootLoaderMagic = 0x2bad_b002;
    private const int InfoBytes = 88;
    private const int ModuleBytes = 16;
    private const int MemoryMapEntryBytes = 24;
    private const uint HasMemory = 1 << 0;
    private const uint HasCommandLine = 1 << 2;
    private const uint HasModules = 1 << 3;
    private const uint HasMemoryMap = 1 << 6;
    private const uint HasLoaderName = 1 << 9;
    private const uint WantsVideoMode = 1 << 2;
    private const ulong InfoAddress = 0x9000;

    /// <summary>True when the image has a multiboot header.</summary>
    public static bool Accepts(ReadOnlySpan<byte> file) => MultibootHeader.Find(file) is not null;

    /// <summary>Loads the kernel, the command line and the modules into RAM and says how to start it.</summary>
    /// <exception cref="BootImageException">The image has no multiboot header, asks for what this machine lacks, or does not fit.</exception>
    public static BootState Load(ReadOnlyMemory<byte> file, GuestRam ram, string commandLine, IReadOnlyList<BootModule>? modules = null)
    {
        ArgumentNullException.ThrowIfNull(ram);
        MultibootHeader header = MultibootHeader.Find(file.Span) ?? throw new BootImageException("the kernel has no multiboot header in its first 8 KiB");
        // Bits 0..15 are demands; page-aligned modules and a memory map are always given.
        uint demands = header.Flags & 0xffff & ~3u;
        if ((demands & WantsVideoMode) != 0) throw new BootImageException("the multiboot kernel demands a video mode, and this machine has no display");
        if (demands != 0) throw new BootImageException($"the multiboot kernel demands unknown features (flags 0x{demands:x})");
        uint entry;
        BootRoom room;
        if (header.HasAddressFields)
        {
            room = BootRoom.Around([LoadFlat(header, file.Span, ram)], InfoAddress);
            entry = header.EntryAddress;
        }
        else
        {
            ElfImage image = ElfImage.Parse(file);
            if (image.Entry > uint.MaxValue) throw new BootImageException($"the entry point 0x{image.Entry:x} is above 4 GiB, where multiboot cannot jump");
            image.LoadPhysical(ram);
            room = BootRoom.Around(image, InfoAddress);
            entry = PhysicalEntry(image);
        }
        return new BootState(entry, BootLoaderMagic, WriteInfo(ram, room, commandLine, modules ?? []));
    }

    private static uint PhysicalEntry(ElfImage image)
    {
        foreach (ElfSegment segment in image.Segments)
        {
            ulong offset = image.Entry - segment.VirtualAddress;
            if (segment.IsLoadable && offset < segment.MemoryBytes) return (uint)(segment.PhysicalAddress + offset);
        }
        return (uint)image.Entry;
    }

    private static PhysicalMemoryRange LoadFlat(in MultibootHeader header, ReadOnlySpan<byte> file, GuestRam ram)
    {
        long start = header.FileOffset - ((long)header.HeaderAddress - header.LoadAddress);
        if (start < 0 || start > header.FileOffset)
            throw new BootImageException("the multiboot header's load address does not agree with its own place in the file");
        long length = header.LoadEndAddress == 0 ? file.Length - start : (long)header.LoadEndAddress - header.LoadAddress;
        if (length <= 0 || start + length > file.Length) throw new BootImageException("the multiboot header's load range lies beyond the end of the file");
        long total = header.BssEndAddress == 0 ? length : Math.Max(length, (long)header.BssEndAddress - header.LoadAddress);
        if (total > int.MaxValue || !ram.TryGetSpan(new PhysicalAddress(header.LoadAddress), (int)total, out Span<byte> target))
            throw new BootImageException($"the kernel ({total} bytes at 0x{header.LoadAddress:x}) does not fit into {ram.LengthBytes >> 20} MiB of RAM");
        file.Slice((int)start, (int)length).CopyTo(target);
        target[(int)length..].Clear();
        return new PhysicalMemoryRange(new(header.LoadAddress), (ulong)total);
    }

    private static uint WriteInfo(GuestRam ram, BootRoom room, string commandLine, IReadOnlyList<BootModule> modules)
    {
        BootInfoWriter writer = new(ram, room.InfoStart, room.InfoEnd);
        List<PhysicalMemoryRange> usable = BootMemoryMap.Usable(ram);
        byte[] memoryMap = new byte[usable.Count * MemoryMapEntryBytes];
        for (int index = 0; index < usable.Count; index++)
        {
            Span<byte> record = memoryMap.AsSpan(index * MemoryMapEntryBytes);
            // The size field does not count itself.
            BinaryPrimitives.WriteUInt32LittleEndian(record, MemoryMapEntryBytes - 4);
            BinaryPrimitives.WriteUInt64LittleEndian(record[4..], usable[index].Start.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(record[12..], usable[index].LengthBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(record[20..], 1);
        }

        ulong top = ram.LowLengthBytes;
        byte[] moduleList = new byte[modules.Count * ModuleBytes];
        for (int index = 0; index < modules.Count; index++)
        {
            Span<byte> record = moduleList.AsSpan(index * ModuleBytes);
            uint address = BootInfoWriter.PlaceModule(ram, modules[index], ref top, room.KernelEnd);
            BinaryPrimitives.WriteUInt32LittleEndian(record, address);
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], address + (uint)modules[index].Content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], writer.PlaceText(modules[index].CommandLine, "a module's command line"));
        }

        uint flags = HasMemory | HasCommandLine | HasMemoryMap | HasLoaderName | (modules.Count > 0 ? HasModules : 0);
        byte[] info = new byte[InfoBytes];
        Put(0, flags);
        Put(4, (uint)(Math.Min(BootMemoryMap.ConventionalEnd, ram.LowLengthBytes) / 1024));
        Put(8, (uint)((ram.LowLengthBytes - Math.Min(BootMemoryMap.ExtendedStart, ram.LowLengthBytes)) / 1024));
        Put(16, writer.PlaceText(commandLine, "the command line"));
        Put(20, (uint)modules.Count);
        Put(24, modules.Count > 0 ? writer.Place(moduleList, "the module list") : 0);
        Put(44, (uint)memoryMap.Length);
        Put(48, writer.Place(memoryMap, "the memory map"));
        Put(64, writer.PlaceText("X64Emu", "the loader's name"));
        return writer.Place(info, "the boot information");

        void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(offset), value);
    }
}
