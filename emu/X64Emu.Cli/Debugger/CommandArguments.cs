using System.Text;

namespace X64Emu.Cli.Debugger;

/// <summary>What stands behind a command's name, taken from left to right.</summary>
/// <param name="line">The whole line.</param>
/// <param name="start">Where in it the arguments begin.</param>
/// <param name="format">What followed the name behind a slash, as <c>8gx</c> in <c>x/8gx</c>; null without a slash.</param>
internal sealed class CommandArguments(string line, int start, string? format)
{
    private int position = Skip(line, Math.Min(start, line.Length));

    /// <summary>What followed the name behind a slash; null without one.</summary>
    public string? Format => format;

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => position >= line.Length;

    /// <summary>The column of what comes next, from 1.</summary>
    public int Column => position + 1;

    /// <summary>What is left, without taking it.</summary>
    public string Rest => line[position..].TrimEnd();

    /// <summary>The next word without taking it; empty at the end.</summary>
    public string NextWord => line[position..WordEnd()];

    /// <summary>The next word, which ends at a blank; null at the end. A word in double quotes may hold blanks.</summary>
    /// <exception cref="CommandException">A quote is not closed.</exception>
    public string? TakeWord()
    {
        if (IsEmpty) return null;
        if (line[position] == '"') return TakeQuoted();
        int end = WordEnd();
        string word = line[position..end];
        position = Skip(line, end);
        return word;
    }

    /// <summary>The next word.</summary>
    /// <param name="what">What the user should have written, as <c>a file name</c>.</param>
    /// <exception cref="CommandException">Nothing is left.</exception>
    public string NeedWord(string what) => TakeWord() ?? throw new CommandException($"{what} is missing");

    /// <summary>Takes the next word if it is this one.</summary>
    public bool TakeKeyword(string keyword)
    {
        if (NextWord != keyword) return false;
        position = Skip(line, position + keyword.Length);
        return true;
    }

    /// <summary>Takes all that is left; the text may be empty.</summary>
    public ArgumentText TakeRest() => TakeUntil();

    /// <summary>Takes all that is left.</summary>
    /// <param name="what">What the user should have written, as <c>an expression</c>.</param>
    /// <exception cref="CommandException">Nothing is left.</exception>
    public ArgumentText NeedRest(string what) => IsEmpty ? throw new CommandException($"{what} is missing") : TakeRest();

    /// <summary>Takes what stands before the first of these words, or all that is left; the text may be empty.</summary>
    public ArgumentText TakeUntil(params ReadOnlySpan<string> keywords)
    {
        int first = position, end = line.Length;
        for (int at = position; at < line.Length; at = Skip(line, EndOfWord(at)))
        {
            if (!keywords.Contains(line[at..EndOfWord(at)])) continue;
            end = at;
            break;
        }
        position = end;
        return new ArgumentText(line[first..end].TrimEnd(), first + 1);
    }

    /// <summary>Makes sure that nothing is left.</summary>
    /// <exception cref="CommandException">Something is.</exception>
    public void ExpectEnd()
    {
        if (!IsEmpty) throw new CommandException($"column {Column}: '{Rest}' is too much here");
    }

    private string TakeQuoted()
    {
        StringBuilder word = new();
        int at = position + 1;
        while (at < line.Length && line[at] != '"') word.Append(line[at++]);
        if (at >= line.Length) throw new CommandException($"column {Column}: the quote is not closed");
        position = Skip(line, at + 1);
        return word.ToString();
    }

    private int WordEnd() => EndOfWord(position);

    private int EndOfWord(int at)
    {
        while (at < line.Length && !char.IsWhiteSpace(line[at])) at++;
        return at;
    }

    private static int Skip(string line, int at)
    {
        while (at < line.Length && char.IsWhiteSpace(line[at])) at++;
        return at;
    }
}
