using X64Emu.Debugging.Expressions;

namespace X64Emu.Cli.Debugger.Expressions;

/// <summary>Evaluates parts of command lines; what is wrong with them becomes a one-line error with the column in the line.</summary>
/// <param name="scope">What names mean.</param>
internal sealed class Evaluator(IExpressionScope scope)
{
    private const string RangeSeparator = "..";

    /// <summary>The value of an expression.</summary>
    /// <exception cref="CommandException">It has none.</exception>
    public ulong Value(ArgumentText text) => Try(text, () => ExpressionParser.Parse(text.Text, scope).Evaluate());

    /// <summary>A value from 1 to <paramref name="most"/>, or <paramref name="fallback"/> when the text is empty.</summary>
    /// <exception cref="CommandException">It is something else.</exception>
    public long Count(ArgumentText text, long fallback, long most = long.MaxValue)
    {
        if (text.Text.Length == 0) return fallback;
        ulong value = Value(text);
        return value >= 1 && value <= (ulong)most ? (long)value : throw new CommandException($"column {text.Column}: {text} is {value}; 1 to {most} is possible");
    }

    /// <summary>An expression to be evaluated later, as often as wanted. Reading it fails at once, evaluating it with a <see cref="CommandException"/>.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public Func<ulong> Prepare(ArgumentText text)
    {
        Expression expression = Try(text, () => ExpressionParser.Parse(text.Text, scope));
        return () => Try(text, expression.Evaluate);
    }

    /// <summary>All places that a symbol or source line stands for, or the one of an expression.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public IReadOnlyList<NamedAddress> Places(ArgumentText text) => Try(text, () => ExpressionParser.ParsePlaces(text.Text, scope));

    /// <summary>Stores a value: <c>TARGET = EXPR</c>.</summary>
    /// <exception cref="CommandException">It cannot be stored.</exception>
    public void Assign(ArgumentText text) => Try(text, () =>
    {
        ExpressionParser.ParseAssignment(text.Text, scope).Execute();
        return true;
    });

    /// <summary>A range: <c>START..END</c> without END itself, <c>START,LENGTH</c>, or an address alone.</summary>
    /// <param name="text">The range.</param>
    /// <param name="lengthBytes">The length of a range that is an address alone.</param>
    /// <exception cref="CommandException">It is none, or empty.</exception>
    public AddressRange Range(ArgumentText text, ulong lengthBytes)
    {
        if (text.Text.Length == 0) throw new CommandException("a range is missing: START..END, START,LENGTH or an address");
        int dots = text.Text.IndexOf(RangeSeparator, StringComparison.Ordinal), comma = text.Text.IndexOf(',', StringComparison.Ordinal);
        ulong start, length;
        if (dots >= 0)
        {
            start = Value(Part(text, 0, dots));
            ulong end = Value(Part(text, dots + RangeSeparator.Length, text.Text.Length));
            if (end <= start) throw new CommandException($"column {text.Column}: the range ends at 0x{end:x}, before it begins");
            length = end - start;
        }
        else
        {
            start = Value(Part(text, 0, comma >= 0 ? comma : text.Text.Length));
            length = comma >= 0 ? Value(Part(text, comma + 1, text.Text.Length)) : lengthBytes;
        }
        if (length == 0) throw new CommandException($"column {text.Column}: the range is empty");
        if (length - 1 > ulong.MaxValue - start) throw new CommandException($"column {text.Column}: the range goes beyond the last address");
        return new AddressRange(start, length);
    }

    private static ArgumentText Part(ArgumentText text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text.Text[start])) start++;
        return new ArgumentText(text.Text[start..end].TrimEnd(), text.Column + start);
    }

    private static T Try<T>(ArgumentText text, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ExpressionException failure)
        {
            throw new CommandException($"column {text.Column + failure.Column - 1}: {failure.Message}");
        }
    }
}
