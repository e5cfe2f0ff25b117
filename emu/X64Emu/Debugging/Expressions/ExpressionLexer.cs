using System.Globalization;
using System.Text.RegularExpressions;

namespace X64Emu.Debugging.Expressions;

/// <summary>Cuts an expression's text into tokens.</summary>
internal sealed partial class ExpressionLexer(string text)
{
    private static readonly string[] operators =
        ["<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "(", ")", "=", "[", "]"];

    private int position;

    /// <summary>The next token.</summary>
    /// <exception cref="ExpressionException">The text cannot be read.</exception>
    public ExpressionToken Next()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        if (position == text.Length) return new ExpressionToken(TokenKind.End, "", 0, position + 1);
        if (Take(SourceLine()) is { } line) return Line(line, line.Groups["file"].Value);
        if (Take(QuotedLine()) is { } quotedLine) return Line(quotedLine, quotedLine.Groups["file"].Value);
        if (Take(QualifiedName()) is { } qualified)
            return At(qualified, TokenKind.Name, Unquote(qualified.Groups["name"].Value), module: qualified.Groups["module"].Value);
        if (Take(Dollar()) is { } dollar) return At(dollar, TokenKind.Dollar, dollar.Groups["name"].Value);
        if (char.IsAsciiDigit(text[position])) return Number();
        if (Take(Character()) is { } character) return At(character, TokenKind.Number, character.Value, CharacterValue(character));
        if (Take(Quoted()) is { } quoted) return At(quoted, TokenKind.Name, Unquote(quoted.Value));
        if (Take(Name()) is { } name) return At(name, TokenKind.Name, name.Value);
        foreach (string symbol in operators)
        {
            if (string.CompareOrdinal(text, position, symbol, 0, symbol.Length) != 0) continue;
            position += symbol.Length;
            return new ExpressionToken(TokenKind.Operator, symbol, 0, position - symbol.Length + 1);
        }
        throw text[position] == '\''
            ? new ExpressionException("the quote is not closed", position + 1)
            : new ExpressionException($"'{Printable(text[position])}' means nothing here", position + 1);
    }

    private static string Printable(char character) => char.IsControl(character) ? $"\\x{(int)character:x2}" : character.ToString();

    private static ExpressionToken At(Match match, TokenKind kind, string name, ulong value = 0, string? module = null) =>
        new(kind, name, value, match.Index + 1, module);

    private static ExpressionToken Line(Match match, string file) =>
        ulong.TryParse(match.Groups["line"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong line) && line is > 0 and <= int.MaxValue
            ? At(match, TokenKind.SourceLine, file, line)
            : throw new ExpressionException($"there is no line {match.Groups["line"].Value}", match.Index + 1);

    private Match? Take(Regex pattern)
    {
        Match match = pattern.Match(text, position);
        if (!match.Success) return null;
        position += match.Length;
        return match;
    }

    private ExpressionToken Number()
    {
        int start = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '_')) position++;
        string written = text[start..position], digits = written.Replace("_", "", StringComparison.Ordinal);
        string prefix = digits.Length > 1 ? digits[..2].ToLowerInvariant() : "";
        bool valid = prefix switch
        {
            "0x" => ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong _),
            "0b" => ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out ulong _),
            _ => ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong _),
        };
        if (!valid) throw new ExpressionException($"{Shortened(written)} is no number of 64 bits (hexadecimal ones begin with 0x, binary ones with 0b)", start + 1);
        ulong value = prefix switch
        {
            "0x" => ulong.Parse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            "0b" => ulong.Parse(digits.AsSpan(2), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture),
            _ => ulong.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        return new ExpressionToken(TokenKind.Number, written, value, start + 1);
    }

    private static string Shortened(string word) => word.Length <= 40 ? word : word[..40] + "...";

    private static ulong CharacterValue(Match match)
    {
        string inner = match.Value[1..^1];
        if (inner[0] != '\\') return inner[0];
        return inner[1] switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => 0,
            'x' => ulong.Parse(inner.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            char other => other,
        };
    }

    private static string Unquote(string name) => name.Length > 1 && name[0] == '\'' ? name[1..^1] : name;

    [GeneratedRegex(@"\G(?<file>[A-Za-z_./~][A-Za-z0-9_./~-]*):(?<line>[0-9]+)(?![A-Za-z_])")]
    private static partial Regex SourceLine();

    [GeneratedRegex(@"\G'(?<file>[^']+)':(?<line>[0-9]+)(?![A-Za-z_])")]
    private static partial Regex QuotedLine();

    // A module's name may hold dashes, as file names do; a number is a process.
    [GeneratedRegex(@"\G(?<module>[A-Za-z0-9_.][A-Za-z0-9_.+-]*)!(?<name>[A-Za-z_.][A-Za-z0-9_.@$]*|'[^']+')")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\G\$(?<name>[A-Za-z_][A-Za-z0-9_.]*)")]
    private static partial Regex Dollar();

    [GeneratedRegex(@"\G'(?:[^'\\]|\\[nrt0'\\]|\\x[0-9A-Fa-f]{1,2})'")]
    private static partial Regex Character();

    [GeneratedRegex(@"\G'[^']{2,}'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\G[A-Za-z_.][A-Za-z0-9_.@]*")]
    private static partial Regex Name();
}
