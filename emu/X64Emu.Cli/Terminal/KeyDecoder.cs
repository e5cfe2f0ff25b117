using System.Text;

namespace X64Emu.Cli.Terminal;

/// <summary>Turns the bytes a terminal sends into keys: control characters, escape sequences of xterm and its kin, UTF-8.</summary>
/// <param name="next">Reads the next byte; false when none comes at once.</param>
internal sealed class KeyDecoder(KeyDecoder.ByteReader next)
{
    private const byte Escape = 0x1b;
    private const int LongestSequence = 16;

    /// <summary>Reads a byte; false when none comes.</summary>
    public delegate bool ByteReader(out byte value);

    /// <summary>The next key; null when there is none, or its bytes mean nothing.</summary>
    public ConsoleKeyInfo? Read()
    {
        if (!next(out byte first)) return null;
        return first switch
        {
            Escape => EscapeSequence(),
            (byte)'\r' or (byte)'\n' => Special(ConsoleKey.Enter, '\r'),
            (byte)'\t' => Special(ConsoleKey.Tab, '\t'),
            0x7f or 8 => Special(ConsoleKey.Backspace, '\b'),
            >= 1 and <= 26 => new ConsoleKeyInfo((char)first, ConsoleKey.A + (first - 1), shift: false, alt: false, control: true),
            < 0x20 => null,
            < 0x80 => Printable((char)first),
            _ => MultiByte(first),
        };
    }

    private static ConsoleKeyInfo Special(ConsoleKey key, char character = '\0', bool control = false, bool alt = false, bool shift = false) =>
        new(character, key, shift, alt, control);

    private static ConsoleKeyInfo Printable(char character)
    {
        ConsoleKey key = char.IsAsciiLetter(character) ? ConsoleKey.A + (char.ToUpperInvariant(character) - 'A')
            : char.IsAsciiDigit(character) ? ConsoleKey.D0 + (character - '0')
            : character == ' ' ? ConsoleKey.Spacebar : ConsoleKey.NoName;
        return new ConsoleKeyInfo(character, key, shift: char.IsAsciiLetterUpper(character), alt: false, control: false);
    }

    private ConsoleKeyInfo? EscapeSequence()
    {
        if (!next(out byte kind)) return Special(ConsoleKey.Escape, (char)Escape);
        if (kind is not ((byte)'[' or (byte)'O'))
        {
            // Alt with a key.
            return char.IsAsciiLetter((char)kind) ? Special(ConsoleKey.A + (char.ToUpperInvariant((char)kind) - 'A'), alt: true)
                : kind is 0x7f or 8 ? Special(ConsoleKey.Backspace, alt: true) : null;
        }
        StringBuilder parameters = new();
        while (next(out byte value))
        {
            if (value is >= 0x40 and <= 0x7e) return Sequence((char)value, parameters.ToString());
            if (parameters.Length == LongestSequence) return null;
            parameters.Append((char)value);
        }
        return null;
    }

    private static ConsoleKeyInfo? Sequence(char final, string parameters)
    {
        string[] fields = parameters.Split(';');
        // xterm sends 1 + (1 for Shift, 2 for Alt, 4 for Control) as the second number.
        int modifiers = fields.Length > 1 && int.TryParse(fields[1], out int sent) ? sent - 1 : 0;
        ConsoleKey? key = final switch
        {
            'A' => ConsoleKey.UpArrow,
            'B' => ConsoleKey.DownArrow,
            'C' => ConsoleKey.RightArrow,
            'D' => ConsoleKey.LeftArrow,
            'H' => ConsoleKey.Home,
            'F' => ConsoleKey.End,
            '~' => fields[0] switch
            {
                "1" or "7" => ConsoleKey.Home,
                "3" => ConsoleKey.Delete,
                "4" or "8" => ConsoleKey.End,
                "5" => ConsoleKey.PageUp,
                "6" => ConsoleKey.PageDown,
                _ => null,
            },
            _ => null,
        };
        return key is { } found ? Special(found, shift: (modifiers & 1) != 0, alt: (modifiers & 2) != 0, control: (modifiers & 4) != 0) : null;
    }

    private ConsoleKeyInfo? MultiByte(byte first)
    {
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = first;
        for (int i = 1; i < length; i++)
        {
            if (!next(out bytes[i])) return null;
        }
        // The editor's cursor counts UTF-16 units, so a character of two units shows as one that stands for what cannot be shown.
        return Rune.DecodeFromUtf8(bytes[..length], out Rune rune, out _) == System.Buffers.OperationStatus.Done && rune.Utf16SequenceLength == 1 && !Rune.IsControl(rune)
            ? Printable((char)rune.Value)
            : Printable('\ufffd');
    }
}
