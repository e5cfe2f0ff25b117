using System.Globalization;

namespace X64Emu.Debugging.Inspection;

/// <summary>How <c>x</c> shows memory: gdb's count, format letter and size letter, as in <c>8gx</c>.</summary>
/// <param name="Count">How many units; at least 1.</param>
/// <param name="Letter">x hexadecimal, d decimal, u unsigned, o octal, t binary, a address, c character, f float, s string, i instruction.</param>
/// <param name="UnitBytes">1, 2, 4 or 8: gdb's b, h, w, g.</param>
public readonly record struct MemoryFormat(int Count, char Letter, int UnitBytes)
{
    /// <summary>The most units one command shows.</summary>
    public const int MaximumCount = 65_536;

    private const string Letters = "xduotacfsi", Sizes = "bhwg";

    /// <summary>What <c>x</c> shows first when not told otherwise: one 32-bit word in hexadecimal.</summary>
    public static MemoryFormat Default => new(1, 'x', 4);

    /// <summary>Reads a format.</summary>
    /// <param name="text">What follows the slash; count, letter and size in any order, each may be missing.</param>
    /// <param name="previous">The format of the command before, whose letter and size stay where the text has none.</param>
    /// <param name="format">The result.</param>
    /// <returns>Null, or a line that says what is wrong.</returns>
    public static string? TryParse(string text, MemoryFormat previous, out MemoryFormat format)
    {
        ArgumentNullException.ThrowIfNull(text);
        format = previous with { Count = 1 };
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits > 0)
        {
            bool fits = int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int count);
            if (!fits || count is < 1 or > MaximumCount) return $"the count '{text[..digits]}' is not from 1 to {MaximumCount}";
            format = format with { Count = count };
        }
        char letter = '\0', size = '\0';
        foreach (char given in text.AsSpan(digits))
        {
            if (Letters.Contains(given, StringComparison.Ordinal) && letter == '\0') letter = given;
            else if (Sizes.Contains(given, StringComparison.Ordinal) && size == '\0') size = given;
            else return $"'{given}' in the format '{text}' is no letter of {Letters} or size of {Sizes}, or one too many";
        }
        if (letter != '\0') format = format with { Letter = letter, UnitBytes = DefaultSize(letter, previous.UnitBytes) };
        if (size != '\0') format = format with { UnitBytes = 1 << Sizes.IndexOf(size, StringComparison.Ordinal) };
        return format is { Letter: 'f', UnitBytes: < 4 } ? $"a float has 4 (w) or 8 (g) bytes, not {format.UnitBytes}" : null;
    }

    private static int DefaultSize(char letter, int previous) => letter switch
    {
        'a' => 8,
        'f' => previous < 4 ? 8 : previous,
        'c' or 's' or 'i' => 1,
        _ => previous,
    };
}
