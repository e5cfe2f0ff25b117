using X64Emu.Cli.Debugger.Stops;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Expressions;

/// <summary>Values as <c>print</c> shows them.</summary>
internal static class ValueText
{
    private const long SmallestCharacter = 0x20, LargestCharacter = 0x7e;

    /// <summary>Hexadecimal, decimal, and what else the value may be: a negative number, a character, an address with a name.</summary>
    public static string All(ulong value, PlaceNames names)
    {
        string text = $"0x{value:x}  {value}";
        if ((long)value < 0) text += $"  {(long)value}";
        if ((long)value is >= SmallestCharacter and <= LargestCharacter) text += $"  '{(char)value}'";
        return names.Resolve(new VirtualAddress(value)) is { } place ? $"{text}  {place}" : text;
    }

    /// <summary>One form.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">The form's letter.</param>
    /// <param name="names">Names addresses.</param>
    /// <exception cref="CommandException">There is no such form.</exception>
    public static string Format(ulong value, string format, PlaceNames names) => format switch
    {
        "x" => $"0x{value:x}",
        "d" => $"{(long)value}",
        "u" => $"{value}",
        "t" => $"0b{value:b}",
        "c" => (long)value is >= SmallestCharacter and <= LargestCharacter ? $"'{(char)value}'" : $"'\\x{value & 0xff:x2}'",
        "a" => names.Describe(new VirtualAddress(value)),
        _ => throw new CommandException($"'{format}' is no format; x, d, u, t, c and a are"),
    };
}
