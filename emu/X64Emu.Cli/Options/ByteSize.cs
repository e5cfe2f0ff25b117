using System.Globalization;

namespace X64Emu.Cli.Options;

/// <summary>Reads sizes such as 256M.</summary>
internal static class ByteSize
{
    /// <summary>Reads a whole number with one of the units K, M, G, T (powers of 1024; lower case and a following B or iB are fine).</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="option">The option's name, for the message.</param>
    /// <returns>The size in bytes.</returns>
    /// <exception cref="UsageException">Not of that form, or above 2^63.</exception>
    public static ulong Parse(string text, string option)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        int shift = text[digits..].ToUpperInvariant() switch
        {
            "K" or "KB" or "KIB" => 10,
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            "T" or "TB" or "TIB" => 40,
            _ => 0,
        };
        bool isNumber = ulong.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number);
        if (!isNumber || shift == 0 || number > (1UL << 63) >> shift)
            throw new UsageException($"{option} {text}: a size is a whole number and a unit, such as 64K, 256M or 1G");
        return number << shift;
    }

    /// <summary>A size as <see cref="Parse"/> reads it, in the largest unit of which it is a whole number; K at least.</summary>
    public static string Format(ulong lengthBytes)
    {
        const string units = "KMGT";
        int unit = 0;
        ulong number = lengthBytes >> 10;
        while (unit < units.Length - 1 && number >= 1024 && number % 1024 == 0)
        {
            number >>= 10;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{number}{units[unit]}");
    }
}
