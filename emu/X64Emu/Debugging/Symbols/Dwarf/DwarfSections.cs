using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>The DWARF sections of one ELF file; those it has not are empty.</summary>
internal sealed class DwarfSections(ElfFile elf)
{
    public ArraySegment<byte> Info => elf.Content(".debug_info");

    public ArraySegment<byte> Abbreviations => elf.Content(".debug_abbrev");

    public ArraySegment<byte> Strings => elf.Content(".debug_str");

    public ArraySegment<byte> LineStrings => elf.Content(".debug_line_str");

    public ArraySegment<byte> StringOffsets => elf.Content(".debug_str_offsets");

    public ArraySegment<byte> Addresses => elf.Content(".debug_addr");

    public ArraySegment<byte> Lines => elf.Content(".debug_line");

    public ArraySegment<byte> Ranges => elf.Content(".debug_ranges");

    public ArraySegment<byte> RangeLists => elf.Content(".debug_rnglists");

    public ArraySegment<byte> Locations => elf.Content(".debug_loc");

    public ArraySegment<byte> LocationLists => elf.Content(".debug_loclists");
}
