using System.Text;

namespace X64Emu.Gdb.Protocol;

/// <summary>Makes frames of replies: escapes, run lengths, checksum ("Overview" of the gdb remote protocol).</summary>
internal static class PacketEncoding
{
    private const char Escape = '}';
    private const int EscapeBit = 0x20, RunLengthBase = 29, MinimumRepeats = 3, MaximumRepeats = '~' - RunLengthBase;

    /// <summary>A frame.</summary>
    /// <param name="payload">A character for each byte, 0..255.</param>
    public static byte[] Frame(string payload)
    {
        string body = Compress(EscapeBytes(payload));
        int sum = 0;
        foreach (char value in body) sum += value;
        return Encoding.Latin1.GetBytes($"${body}#{sum & 0xff:x2}");
    }

    /// <summary>Undoes the escapes of a packet's binary part; an escape without a byte behind it is dropped.</summary>
    public static byte[] Unescape(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape) bytes[count++] = (byte)text[i];
            else if (++i < text.Length) bytes[count++] = (byte)(text[i] ^ EscapeBit);
        }
        return bytes[..count];
    }

    private static string EscapeBytes(string payload)
    {
        if (payload.AsSpan().IndexOfAny("#$}*") < 0) return payload;
        StringBuilder escaped = new(payload.Length + 16);
        foreach (char value in payload)
        {
            if (value is '#' or '$' or '}' or '*') escaped.Append(Escape).Append((char)(value ^ EscapeBit));
            else escaped.Append(value);
        }
        return escaped.ToString();
    }

    /// <summary>`X*n` stands for X and n - 29 more of it. Counts that look like a frame's marks are avoided.</summary>
    private static string Compress(string text)
    {
        StringBuilder compressed = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int repeats = 0;
            while (repeats < MaximumRepeats && i + repeats + 1 < text.Length && text[i + repeats + 1] == text[i]) repeats++;
            while ((char)(repeats + RunLengthBase) is '#' or '$' or '+' or '-') repeats--;
            compressed.Append(text[i]);
            if (repeats < MinimumRepeats)
            {
                i++;
                continue;
            }
            compressed.Append('*').Append((char)(repeats + RunLengthBase));
            i += repeats + 1;
        }
        return compressed.ToString();
    }
}
