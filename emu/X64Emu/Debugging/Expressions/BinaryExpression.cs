namespace X64Emu.Debugging.Expressions;

/// <summary>An operator between two operands.</summary>
internal sealed class BinaryExpression(string symbol, Expression left, Expression right, int column) : Expression
{
    /// <summary>C's precedences; a higher one binds closer. Zero for what is no such operator.</summary>
    public static int Precedence(string symbol) => symbol switch
    {
        "||" => 1,
        "&&" => 2,
        "|" => 3,
        "^" => 4,
        "&" => 5,
        "==" or "!=" => 6,
        "<" or "<=" or ">" or ">=" => 7,
        "<<" or ">>" => 8,
        "+" or "-" => 9,
        "*" or "/" or "%" => 10,
        _ => 0,
    };

    internal override bool IsSigned => symbol switch
    {
        "<<" or ">>" => left.IsSigned,
        "+" or "-" or "*" or "/" or "%" or "&" or "|" or "^" => left.IsSigned || right.IsSigned,
        _ => false,
    };

    public override ulong Evaluate()
    {
        ulong a = left.Evaluate();
        if (symbol == "&&") return a != 0 && right.Evaluate() != 0 ? 1UL : 0;
        if (symbol == "||") return a != 0 || right.Evaluate() != 0 ? 1UL : 0;
        ulong b = right.Evaluate();
        bool signed = left.IsSigned || right.IsSigned;
        return symbol switch
        {
            "+" => unchecked(a + b),
            "-" => unchecked(a - b),
            "*" => unchecked(a * b),
            "/" or "%" => Divide(a, b, signed),
            "&" => a & b,
            "|" => a | b,
            "^" => a ^ b,
            "<<" => b > 63 ? 0 : a << (int)b,
            ">>" => left.IsSigned ? (ulong)((long)a >> (int)Math.Min(b, 63)) : b > 63 ? 0 : a >> (int)b,
            _ => Compare(a, b, signed) ? 1UL : 0,
        };
    }

    private ulong Divide(ulong a, ulong b, bool signed)
    {
        if (b == 0) throw new ExpressionException("division by zero", column);
        if (!signed) return symbol == "/" ? a / b : a % b;
        // The one quotient that does not fit wraps, as multiplication does.
        if ((long)b == -1) return symbol == "/" ? unchecked(0 - a) : 0;
        return (ulong)(symbol == "/" ? (long)a / (long)b : (long)a % (long)b);
    }

    private bool Compare(ulong a, ulong b, bool signed)
    {
        int order = signed ? ((long)a).CompareTo((long)b) : a.CompareTo(b);
        return symbol switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }
}
