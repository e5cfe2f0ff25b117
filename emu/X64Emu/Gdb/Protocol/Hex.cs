using System.Globalization;
using System.Text;

namespace X64Emu.Gdb.Protocol;

/// <summary>Hexadecimal text as the protocol has it: two digits a byte, in memory order; numbers with the highest digit first.</summary>
internal static class Hex
{
    /// <summary>The value of a digit, or -1.</summary>
    public static int Digit(int character) => character switch
    {
        >= '0' and <= '9' => character - '0',
        >= 'a' and <= 'f' => character - 'a' + 10,
        >= 'A' and <= 'F' => character - 'A' + 10,
        _ => -1,
    };

    /// <summary>Two digits for each byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The UTF-8 bytes of a text, as hexadecimal.</summary>
    public static string EncodeText(string text) => Encode(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes from pairs of digits; false when a character is none or one is left over.</summary>
    public static bool TryDecode(ReadOnlySpan<char> digits, out byte[] bytes)
    {
        bytes = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0) return false;
        for (int i = 0; i < bytes.Length; i++)
        {
            int value = Digit(digits[2 * i]) << 4 | Digit(digits[2 * i + 1]);
            if (value < 0) return false;
            bytes[i] = (byte)value;
        }
        return true;
    }

    /// <summary>Text from pairs of digits; bytes that are no UTF-8 become replacement characters.</summary>
    public static bool TryDecodeText(ReadOnlySpan<char> digits, out string text)
    {
        bool isHex = TryDecode(digits, out byte[] bytes);
        text = isHex ? Encoding.UTF8.GetString(bytes) : "";
        return isHex;
    }

    /// <summary>A number without leading zeros.</summary>
    public static string Number(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);
}
