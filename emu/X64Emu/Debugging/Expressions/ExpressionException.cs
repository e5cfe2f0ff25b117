namespace X64Emu.Debugging.Expressions;

/// <summary>An expression that cannot be read or has no value. The message is one line.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="column">Where in the expression's text, from 1.</param>
public sealed class ExpressionException(string message, int column) : Exception(message)
{
    /// <summary>Where in the expression's text, from 1.</summary>
    public int Column { get; } = column;
}
