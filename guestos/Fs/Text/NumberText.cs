using System;

namespace GuestOs.Fs;

/// <summary>Reads numbers that programs write to the kernel's files.</summary>
internal static class NumberText
{
    /// <summary>One number with blanks around it or not: decimal, 0x hexadecimal or 0 octal. False for anything else and for what 64 bits cannot hold.</summary>
    /// <param name="value">The number without its sign.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value, out bool isNegative)
    {
        int at = 0;
        value = 0;
        while (at < text.Length && IsBlank(text[at])) at++;
        isNegative = at < text.Length && text[at] == '-';
        if (isNegative) at++;
        uint numberBase = 10;
        if (at + 1 < text.Length && text[at] == '0' && (text[at + 1] | 0x20) == 'x')
        {
            numberBase = 16;
            at += 2;
        }
        else if (at + 1 < text.Length && text[at] == '0' && text[at + 1] is >= (byte)'0' and <= (byte)'7') numberBase = 8;
        int firstDigit = at;
        for (; at < text.Length && DigitOf(text[at]) < numberBase; at++)
        {
            if (value > (ulong.MaxValue - DigitOf(text[at])) / numberBase) return false;
            value = value * numberBase + DigitOf(text[at]);
        }
        return at > firstDigit && (at == text.Length || IsBlank(text[at]) || text[at] == 0);
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\n';

    private static uint DigitOf(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)character - '0',
        >= (byte)'a' and <= (byte)'f' => (uint)character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => (uint)character - 'A' + 10,
        _ => uint.MaxValue,
    };
}
