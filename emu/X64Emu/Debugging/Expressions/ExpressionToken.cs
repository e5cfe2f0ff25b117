namespace X64Emu.Debugging.Expressions;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A number or a character.</summary>
    Number,

    /// <summary>A name with a dollar sign; the text is without it.</summary>
    Dollar,

    /// <summary>A symbol, a register, a type.</summary>
    Name,

    /// <summary>A source line: the text is the file, the value the line.</summary>
    SourceLine,

    /// <summary>An operator or a bracket.</summary>
    Operator,
}

/// <summary>One token of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, as its kind says.</param>
/// <param name="Value">The value of a number, the line of a source line.</param>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Module">The module or process in front of a name; null for none.</param>
internal readonly record struct ExpressionToken(TokenKind Kind, string Text, ulong Value, int Column, string? Module = null);
