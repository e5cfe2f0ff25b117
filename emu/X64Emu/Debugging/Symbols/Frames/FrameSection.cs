using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>Reads the entries of .debug_frame (DWARF 5, 6.4.1) and .eh_frame (Linux Standard Base 5.0, core, 10.6).</summary>
internal sealed class FrameSection
{
    private readonly ArraySegment<byte> content;
    private readonly ulong address;
    private readonly bool isExceptionFrame;
    private readonly Dictionary<ulong, CommonFrame> commons = [];

    private FrameSection(ArraySegment<byte> content, ulong address, bool isExceptionFrame)
    {
        this.content = content;
        this.address = address;
        this.isExceptionFrame = isExceptionFrame;
    }

    /// <summary>The descriptions of a section in order; those that are damaged or of an unknown kind are left out.</summary>
    public static IReadOnlyList<FrameDescription> Read(ElfFile elf, string section, bool isExceptionFrame) =>
        elf.Section(section) is { } header ? new FrameSection(elf.Content(section), header.Address, isExceptionFrame).ReadAll() : [];

    private List<FrameDescription> ReadAll()
    {
        List<FrameDescription> found = [];
        ulong offset = 0;
        while (offset < (ulong)content.Count)
        {
            ulong end;
            try
            {
                ByteCursor cursor = new(content, offset);
                ulong lengthBytes = cursor.UnitLength(out _);
                if (lengthBytes == 0 && isExceptionFrame) break;
                end = (ulong)cursor.Position + lengthBytes;
                cursor.Skip(lengthBytes);
            }
            catch (SymbolDataException)
            {
                break;
            }
            if (Describe(offset) is { } description) found.Add(description);
            offset = end;
        }
        return found;
    }

    /// <summary>The description at an offset; null for a common entry and for one that cannot be read.</summary>
    private FrameDescription? Describe(ulong offset)
    {
        try
        {
            ByteCursor entry = Entry(offset, out ulong start, out int offsetBytes);
            int field = entry.Position;
            ulong id = entry.Unsigned(offsetBytes);
            if (IsCommon(id, offsetBytes)) return null;
            // In .eh_frame the pointer counts backwards from itself; in .debug_frame from the start of the section.
            ulong common = isExceptionFrame ? start + (ulong)field - id : id;
            if (!commons.TryGetValue(common, out CommonFrame? shared)) commons.Add(common, shared = ReadCommon(common));
            ulong functionStart = ReadPointer(ref entry, start, shared.PointerEncoding);
            ulong lengthBytes = ReadPointer(ref entry, start, (byte)(shared.PointerEncoding & FramePointer.FormatMask));
            if (shared.HasAugmentation) entry.Skip(entry.Uleb());
            return new FrameDescription(shared, functionStart, lengthBytes, entry.Take((ulong)entry.Remaining));
        }
        catch (SymbolDataException)
        {
            return null;
        }
    }

    /// <summary>An entry's content behind its length, and where in the section that content starts.</summary>
    private ByteCursor Entry(ulong offset, out ulong start, out int offsetBytes)
    {
        ByteCursor cursor = new(content, offset);
        ulong lengthBytes = cursor.UnitLength(out offsetBytes);
        start = (ulong)cursor.Position;
        if (isExceptionFrame) offsetBytes = 4;
        return new ByteCursor(cursor.Take(lengthBytes));
    }

    private bool IsCommon(ulong id, int offsetBytes) => id == (isExceptionFrame ? 0 : offsetBytes == 8 ? ulong.MaxValue : uint.MaxValue);

    private CommonFrame ReadCommon(ulong offset)
    {
        ByteCursor entry = Entry(offset, out ulong start, out int offsetBytes);
        if (!IsCommon(entry.Unsigned(offsetBytes), offsetBytes)) throw new SymbolDataException("a frame description without its common entry");
        byte version = entry.Byte();
        if (version is not (1 or 3 or 4)) throw new SymbolDataException($"call frame information of version {version}");
        string augmentation = entry.Text();
        bool hasData = augmentation.StartsWith('z');
        bool isSignalFrame = augmentation == "S";
        if (!hasData && !isSignalFrame && augmentation.Length > 0) throw new SymbolDataException($"call frame augmentation '{augmentation}'");
        if (version == 4) entry.Skip(2);
        ulong codeAlignment = entry.Uleb();
        long dataAlignment = entry.Sleb();
        int returnRegister = version == 1 ? entry.Byte() : (int)Math.Min(entry.Uleb(), int.MaxValue);
        byte encoding = FramePointer.Absolute;
        if (hasData)
        {
            ArraySegment<byte> data = entry.Take(entry.Uleb());
            ulong dataStart = start + (ulong)entry.Position - (ulong)data.Count;
            ReadAugmentation(augmentation[1..], data, dataStart, ref encoding, ref isSignalFrame);
        }
        return new CommonFrame(
            codeAlignment, dataAlignment, returnRegister, isSignalFrame, encoding, hasData, entry.Take((ulong)entry.Remaining));
    }

    /// <summary>R is the pointers' encoding, L that of language data, P a personality routine, S a signal frame; what is unknown ends the list.</summary>
    private void ReadAugmentation(string letters, ArraySegment<byte> data, ulong dataStart, ref byte encoding, ref bool isSignalFrame)
    {
        ByteCursor cursor = new(data);
        foreach (char letter in letters)
        {
            switch (letter)
            {
                case 'R': encoding = cursor.Byte(); break;
                case 'L': cursor.Skip(1); break;
                case 'P': ReadPointer(ref cursor, dataStart, (byte)(cursor.Byte() & ~FramePointer.Indirect)); break;
                case 'S': isSignalFrame = true; break;
                default: return;
            }
        }
    }

    private ulong ReadPointer(ref ByteCursor cursor, ulong start, byte encoding) =>
        FramePointer.Read(ref cursor, encoding, address + start + (ulong)cursor.Position);
}
