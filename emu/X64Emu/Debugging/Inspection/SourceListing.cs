namespace X64Emu.Debugging.Inspection;

/// <summary>Text of source files, whose paths come from line tables.</summary>
/// <param name="readFile">The lines of a file; null when it cannot be read.</param>
public sealed class SourceListing(Func<string, IReadOnlyList<string>?> readFile)
{
    private readonly Dictionary<string, IReadOnlyList<string>?> files = new(StringComparer.Ordinal);

    /// <summary>One line of text; null when the file or the line is missing.</summary>
    public string? Line(SourcePlace place) =>
        File(place.File) is { } lines && place.Line >= 1 && place.Line <= lines.Count ? Printable(lines[place.Line - 1]) : null;

    /// <summary>The lines around a place with their numbers; an arrow marks the place. A missing file is said in one line.</summary>
    /// <param name="place">The line in the middle.</param>
    /// <param name="count">How many lines.</param>
    /// <param name="hasArrow">Whether the place is where execution stands.</param>
    public IReadOnlyList<string> Around(SourcePlace place, int count = 10, bool hasArrow = true)
    {
        if (File(place.File) is not { } lines)
            return [$"{place.File} cannot be read; the program was compiled from its line {place.Line}"];
        if (place.Line > lines.Count)
            return [$"{place.File} has {lines.Count} lines, none of them {place.Line}: it has changed since the program was compiled"];
        int first = Math.Max(1, place.Line - count / 2), last = (int)Math.Min(lines.Count, (long)first + count - 1);
        IEnumerable<int> numbers = Enumerable.Range(first, Math.Max(0, last - first + 1));
        return [.. numbers.Select(number => Numbered(number, lines[number - 1], hasArrow && number == place.Line))];
    }

    private static string Numbered(int number, string text, bool isMarked) => $"{(isMarked ? "=>" : "  ")} {number,5}  {Printable(text)}".TrimEnd();

    /// <summary>Source text may hold anything; control characters must not reach the terminal.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Replace("\t", "    ", StringComparison.Ordinal).Select(each => char.IsControl(each) ? '?' : each));

    private IReadOnlyList<string>? File(string path)
    {
        if (!files.TryGetValue(path, out IReadOnlyList<string>? lines)) files[path] = lines = readFile(path);
        return lines;
    }
}
