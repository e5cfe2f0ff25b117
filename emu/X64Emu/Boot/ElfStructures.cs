namespace X64Emu.Boot;

/// <summary>A program header of an ELF file: one piece to load, or a note.</summary>
/// <param name="Type">PT_LOAD is 1, PT_NOTE is 4.</param>
/// <param name="Flags">PF_X 1, PF_W 2, PF_R 4.</param>
/// <param name="FileOffset">Where its bytes start in the file.</param>
/// <param name="VirtualAddress">Where it runs.</param>
/// <param name="PhysicalAddress">Where a boot loader puts it.</param>
/// <param name="FileBytes">How many bytes the file has; they lie inside the file.</param>
/// <param name="MemoryBytes">How many bytes it takes in memory; the rest is zero.</param>
public readonly record struct ElfSegment(
    uint Type, uint Flags, ulong FileOffset, ulong VirtualAddress, ulong PhysicalAddress, ulong FileBytes, ulong MemoryBytes)
{
    /// <summary>PT_LOAD.</summary>
    public const uint Load = 1;

    /// <summary>PT_NOTE.</summary>
    public const uint Note = 4;

    /// <summary>True for PT_LOAD.</summary>
    public bool IsLoadable => Type == Load;
}

/// <summary>A named address of an ELF file.</summary>
/// <param name="Name">The name as the linker wrote it.</param>
/// <param name="Address">Its value.</param>
/// <param name="LengthBytes">Its size, 0 when unknown.</param>
/// <param name="IsFunction">True for STT_FUNC.</param>
public readonly record struct ElfSymbol(string Name, ulong Address, ulong LengthBytes, bool IsFunction);

/// <summary>A note of an ELF file.</summary>
/// <param name="Owner">The owner's name, such as "Xen" or "GNU".</param>
/// <param name="Type">What it says, in its owner's numbering.</param>
/// <param name="Description">The content.</param>
public readonly record struct ElfNote(string Owner, uint Type, ReadOnlyMemory<byte> Description);
