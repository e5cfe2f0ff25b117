namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>A unit of .debug_info, usually one source file and what it includes (DWARF 5, 7.5.1).</summary>
internal sealed class DwarfUnit
{
    private const byte TypeUnit = 2;
    private const byte SkeletonUnit = 4;
    private const byte SplitCompileUnit = 5;
    private const byte SplitTypeUnit = 6;
    private readonly ArraySegment<byte> entries;
    private readonly ulong abbreviationOffset;
    private readonly int firstEntry;
    private IReadOnlyDictionary<ulong, Abbreviation>? abbreviations;
    private DebugEntry? root;

    /// <summary>Reads the header of the unit at <paramref name="offset"/>.</summary>
    /// <exception cref="SymbolDataException">The unit leaves the section or has a version other than 2 to 5.</exception>
    public DwarfUnit(DebugInfo info, ulong offset)
    {
        Info = info;
        Offset = offset;
        ByteCursor cursor = new(info.Sections.Info, offset);
        ulong lengthBytes = cursor.UnitLength(out int offsetBytes);
        OffsetBytes = offsetBytes;
        int start = cursor.Position;
        if (lengthBytes > (ulong)cursor.Remaining) throw new SymbolDataException($"the unit at {offset:x} of .debug_info leaves the section");
        End = (ulong)start + lengthBytes;
        entries = info.Sections.Info.Slice(0, (int)End);
        cursor = new ByteCursor(entries, (ulong)start);
        Version = cursor.UInt16();
        if (Version is < 2 or > 5) throw new SymbolDataException($"DWARF version {Version} of the unit at {offset:x}");
        byte kind = Version >= 5 ? cursor.Byte() : (byte)1;
        if (Version >= 5) AddressBytes = cursor.Byte();
        abbreviationOffset = cursor.Unsigned(OffsetBytes);
        if (Version < 5) AddressBytes = cursor.Byte();
        if (AddressBytes is not (4 or 8)) throw new SymbolDataException($"addresses of {AddressBytes} bytes in the unit at {offset:x}");
        if (kind is SkeletonUnit or SplitCompileUnit) cursor.Skip(8);
        if (kind is TypeUnit or SplitTypeUnit) cursor.Skip(8 + (ulong)OffsetBytes);
        firstEntry = cursor.Position;
    }

    /// <summary>The information this unit is part of.</summary>
    public DebugInfo Info { get; }

    /// <summary>Where it starts in .debug_info.</summary>
    public ulong Offset { get; }

    /// <summary>Where the next one starts.</summary>
    public ulong End { get; }

    /// <summary>2 to 5.</summary>
    public int Version { get; }

    /// <summary>4 or 8.</summary>
    public int AddressBytes { get; }

    /// <summary>4, or 8 in the 64-bit format.</summary>
    public int OffsetBytes { get; }

    /// <summary>The entry that all others of the unit are children of.</summary>
    public DebugEntry Root => root ??= ReadEntry((ulong)firstEntry) ?? throw new SymbolDataException($"the unit at {Offset:x} is empty");

    /// <summary>Every entry with its depth, the root (depth 0) first, parents before children. Ends early where the unit is damaged.</summary>
    public IEnumerable<(int Depth, DebugEntry Entry)> Walk()
    {
        int depth = 0;
        ulong position = (ulong)firstEntry;
        while (position < End)
        {
            if (!TryRead(position, out DebugEntry? entry)) yield break;
            if (entry is { } found)
            {
                yield return (depth, found);
                position = found.End;
                if (found.HasChildren) depth++;
            }
            else
            {
                position++;
                depth--;
            }
            if (depth <= 0) yield break;
        }
    }

    /// <summary>The entry at an offset of .debug_info; null for the zero that ends a list of children.</summary>
    /// <exception cref="SymbolDataException">There is none in this unit.</exception>
    public DebugEntry? ReadEntry(ulong offset)
    {
        ByteCursor cursor = At(offset);
        ulong code = cursor.Uleb();
        if (code == 0) return null;
        abbreviations ??= Info.Abbreviations(abbreviationOffset);
        if (!abbreviations.TryGetValue(code, out Abbreviation? abbreviation))
            throw new SymbolDataException($"the entry at {offset:x} has no abbreviation {code}");
        return new DebugEntry(this, offset, (ulong)cursor.Position, abbreviation);
    }

    /// <summary>A reader that starts at an offset of .debug_info inside this unit and cannot leave it.</summary>
    public ByteCursor At(ulong offset)
    {
        if (offset < (ulong)firstEntry || offset >= End) throw new SymbolDataException($"offset {offset:x} is outside its unit");
        return new ByteCursor(entries, offset);
    }

    private bool TryRead(ulong position, out DebugEntry? entry)
    {
        try
        {
            entry = ReadEntry(position);
            _ = entry?.End;
            return true;
        }
        catch (SymbolDataException)
        {
            entry = null;
            return false;
        }
    }
}
