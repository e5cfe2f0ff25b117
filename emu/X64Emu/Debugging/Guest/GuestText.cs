using System.Text;

namespace X64Emu.Debugging.Guest;

/// <summary>Text that a guest wrote. It ends up on a terminal, so it must not carry control characters.</summary>
internal static class GuestText
{
    /// <summary>UTF-8 with every control character and every malformed byte replaced by '?'.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        char[] text = Encoding.UTF8.GetChars(bytes.ToArray());
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsControl(text[index]) || text[index] is '\ufffd' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069')) text[index] = '?';
        }
        return new string(text);
    }
}
