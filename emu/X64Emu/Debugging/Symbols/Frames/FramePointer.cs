namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>Encoded pointers of .eh_frame (DW_EH_PE_*; Linux Standard Base 5.0, core, 10.5).</summary>
internal static class FramePointer
{
    /// <summary>Eight bytes, an address.</summary>
    public const byte Absolute = 0;

    /// <summary>The bits that say how the number is written.</summary>
    public const byte FormatMask = 0x0f;

    /// <summary>The number is where the pointer is stored.</summary>
    public const byte Indirect = 0x80;

    private const byte BaseMask = 0x70;
    private const byte Relative = 0x10;

    /// <summary>Reads a pointer.</summary>
    /// <param name="cursor">Where it stands.</param>
    /// <param name="encoding">How it is written.</param>
    /// <param name="address">The address of its first byte, as linked.</param>
    /// <exception cref="SymbolDataException">It is written in a way that x86-64 tools do not use.</exception>
    public static ulong Read(ref ByteCursor cursor, byte encoding, ulong address)
    {
        ulong value = (encoding & FormatMask) switch
        {
            0x00 or 0x04 or 0x0c => cursor.UInt64(),
            0x01 => cursor.Uleb(),
            0x02 => cursor.UInt16(),
            0x03 => cursor.UInt32(),
            0x09 => (ulong)cursor.Sleb(),
            0x0a => (ulong)(short)cursor.UInt16(),
            0x0b => (ulong)(int)cursor.UInt32(),
            _ => throw new SymbolDataException($"a frame pointer of encoding {encoding:x2}"),
        };
        return (encoding & (BaseMask | Indirect)) switch
        {
            0 => value,
            Relative => value + address,
            _ => throw new SymbolDataException($"a frame pointer of encoding {encoding:x2}"),
        };
    }
}
