namespace X64Emu.Debugging.Expressions;

/// <summary>An expression that was read and whose names are known; its value is worked out anew each time.</summary>
public abstract class Expression
{
    private protected Expression()
    {
    }

    /// <summary>Whether comparisons, divisions and right shifts take the value as signed: it was cast to i8..i64, read as such, or negated.</summary>
    internal abstract bool IsSigned { get; }

    /// <summary>The value now.</summary>
    /// <exception cref="ExpressionException">There is none: a division by zero, or memory that is not mapped.</exception>
    public abstract ulong Evaluate();
}

/// <summary>A number, a symbol, a source line.</summary>
internal sealed class ConstantExpression(ulong value) : Expression
{
    internal override bool IsSigned => false;

    public override ulong Evaluate() => value;
}

/// <summary>A register.</summary>
internal sealed class RegisterExpression(RegisterBinding register) : Expression
{
    public RegisterBinding Register => register;

    internal override bool IsSigned => false;

    public override ulong Evaluate() => register.Read();
}

/// <summary>A convenience variable, which may change between two looks.</summary>
internal sealed class VariableExpression(string name, IExpressionScope scope, int column) : Expression
{
    public string Name => name;

    internal override bool IsSigned => false;

    public override ulong Evaluate() =>
        scope.FindVariable(name) ?? throw new ExpressionException($"${name} is neither a register nor a variable that was set", column);
}

/// <summary>An operator in front of its operand.</summary>
internal sealed class UnaryExpression(char symbol, Expression operand) : Expression
{
    internal override bool IsSigned => symbol == '-' || (symbol is '~' or '+' && operand.IsSigned);

    public override ulong Evaluate()
    {
        ulong value = operand.Evaluate();
        return symbol switch
        {
            '-' => unchecked(0 - value),
            '~' => ~value,
            '!' => value == 0 ? 1UL : 0,
            _ => value,
        };
    }
}

/// <summary>A value cut to a type's width.</summary>
internal sealed class CastExpression(IntegerType type, Expression operand) : Expression
{
    internal override bool IsSigned => type.IsSigned;

    public override ulong Evaluate() => type.Convert(operand.Evaluate());
}

/// <summary>Memory at an address.</summary>
internal sealed class MemoryExpression(IntegerType type, Expression address, IExpressionScope scope, int column) : Expression
{
    public IntegerType Type => type;

    public Expression Address => address;

    public int Column => column;

    internal override bool IsSigned => type.IsSigned;

    public override ulong Evaluate()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes = bytes[..type.LengthBytes];
        Primitives.VirtualAddress at = new(address.Evaluate());
        return scope.TryRead(at, bytes) ? type.Read(bytes) : throw new ExpressionException($"memory at {at} is not mapped", column);
    }
}
