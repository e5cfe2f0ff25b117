namespace X64Emu.Debugging.Symbols.Elf;

/// <summary>A section header of an ELF file (System V ABI, chapter 4).</summary>
/// <param name="Name">Its name, empty when the file's names are damaged.</param>
/// <param name="Type">sh_type: 2 is SHT_SYMTAB, 8 SHT_NOBITS, 11 SHT_DYNSYM.</param>
/// <param name="Flags">sh_flags: 2 is SHF_ALLOC, 0x800 SHF_COMPRESSED.</param>
/// <param name="Address">Where it is in memory, as linked; 0 for what is not loaded.</param>
/// <param name="FileOffset">Where its bytes start in the file.</param>
/// <param name="LengthBytes">Its size.</param>
/// <param name="Link">sh_link: for a symbol table, the section with its names.</param>
internal readonly record struct ElfSection(string Name, uint Type, ulong Flags, ulong Address, ulong FileOffset, ulong LengthBytes, uint Link)
{
    public const uint SymbolTable = 2;
    public const uint NoBits = 8;
    public const uint DynamicSymbols = 11;

    public bool IsLoaded => (Flags & 2) != 0;

    public bool IsCompressed => (Flags & 0x800) != 0;
}
