namespace X64Emu.Debugging.Symbols.Elf;

/// <summary>The identity the linker gave a file (ELF note "GNU", type 3), by which separate debug files are found.</summary>
internal static class BuildId
{
    private const uint NoteSection = 7;
    private const uint Type = 3;

    /// <summary>The identity in hexadecimal digits, or null.</summary>
    public static string? Of(ElfFile elf)
    {
        foreach (ElfSection section in elf.Sections)
            if (section.Type == NoteSection && Find(elf.Content(section)) is { } id) return id;
        foreach (Boot.ElfSegment segment in elf.Segments)
            if (segment.Type == Boot.ElfSegment.Note && Find(elf.Content(segment)) is { } id) return id;
        return null;
    }

    /// <summary>Where Linux distributions keep the separate debug file of an identity.</summary>
    public static string PathOf(string id) => $"/usr/lib/debug/.build-id/{id[..2]}/{id[2..]}.debug";

    private static string? Find(ArraySegment<byte> notes)
    {
        try
        {
            ByteCursor cursor = new(notes);
            while (!cursor.AtEnd)
            {
                ulong nameBytes = cursor.UInt32();
                ulong contentBytes = cursor.UInt32();
                uint type = cursor.UInt32();
                ArraySegment<byte> name = cursor.Take(nameBytes + 3 & ~3UL);
                ArraySegment<byte> content = cursor.Take(contentBytes + 3 & ~3UL);
                if (type == Type && name.AsSpan().StartsWith("GNU\0"u8) && contentBytes >= 2)
                    return Convert.ToHexStringLower(content.AsSpan(0, (int)contentBytes));
            }
        }
        catch (SymbolDataException)
        {
            // Damaged notes name nothing.
        }
        return null;
    }
}
