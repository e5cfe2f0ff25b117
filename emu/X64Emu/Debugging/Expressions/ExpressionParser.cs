using X64Emu.Primitives;

namespace X64Emu.Debugging.Expressions;

/// <summary>Reads expressions: numbers, characters, registers, symbols, source lines, variables, memory, and C's operators with C's precedences.</summary>
/// <remarks>
/// Values have 64 bits. <c>*ADDR</c> is the 8 bytes at an address, <c>*u8(ADDR)</c> to <c>*i64(ADDR)</c> another integer; <c>i32(EXPR)</c> cuts a value to a width.
/// Text from a user is hostile: depth and length are bounded, so that neither reading nor evaluating can exhaust the stack.
/// </remarks>
public sealed class ExpressionParser
{
    private const int MaximumDepth = 100;
    private const int MaximumNodes = 1000;
    private readonly IExpressionScope scope;
    private readonly ExpressionLexer lexer;
    private ExpressionToken token;
    private int depth;
    private int nodes;

    private ExpressionParser(string text, IExpressionScope scope)
    {
        this.scope = scope;
        lexer = new ExpressionLexer(text);
        token = lexer.Next();
    }

    /// <summary>Reads an expression that takes up the whole text.</summary>
    /// <exception cref="ExpressionException">It cannot be read, or a name in it means nothing; the message says what and where.</exception>
    public static Expression Parse(string text, IExpressionScope scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scope);
        ExpressionParser parser = new(text, scope);
        Expression expression = parser.Binary(1);
        parser.ExpectEnd();
        return expression;
    }

    /// <summary>Reads <c>TARGET = EXPRESSION</c>. The target is a register, a variable (<c>$name</c>), or memory (<c>*ADDR</c>).</summary>
    /// <exception cref="ExpressionException">It cannot be read; the message says why and where.</exception>
    public static Assignment ParseAssignment(string text, IExpressionScope scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scope);
        ExpressionParser parser = new(text, scope);
        int column = parser.token.Column;
        Expression target = parser.Unary();
        if (!parser.IsOperator("=")) throw new ExpressionException("'=' and a value are missing", parser.token.Column);
        parser.Advance();
        Expression value = parser.Binary(1);
        parser.ExpectEnd();
        return new Assignment(target, value, scope, column);
    }

    /// <summary>Reads a place in code or data: a symbol or a source line alone stands for all its places, anything else is an expression.</summary>
    /// <exception cref="ExpressionException">It cannot be read, or there is no such place.</exception>
    public static IReadOnlyList<NamedAddress> ParsePlaces(string text, IExpressionScope scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scope);
        ExpressionParser parser = new(text, scope);
        ExpressionToken first = parser.token;
        if (first.Kind is TokenKind.Name or TokenKind.SourceLine)
        {
            parser.Advance();
            if (parser.token.Kind == TokenKind.End && parser.AllPlaces(first) is { Count: > 0 } places) return places;
        }
        VirtualAddress address = new(Parse(text, scope).Evaluate());
        return [new NamedAddress(address.ToString(), address)];
    }

    private IReadOnlyList<NamedAddress> AllPlaces(ExpressionToken name)
    {
        if (name.Kind == TokenKind.SourceLine) return scope.FindLines(name.Text, (int)name.Value);
        return name.Module is null && scope.FindRegister(name.Text.ToLowerInvariant(), hasDollar: false) is not null ? [] : scope.FindSymbols(name.Module, name.Text);
    }

    private void ExpectEnd()
    {
        if (token.Kind == TokenKind.End) return;
        throw new ExpressionException(token.Text == "=" ? "'=' assigns; '==' compares" : $"'{token.Text}' is too much here", token.Column);
    }

    private Expression Binary(int weakest)
    {
        Expression left = Unary();
        while (token.Kind == TokenKind.Operator && BinaryExpression.Precedence(token.Text) is var precedence && precedence >= weakest)
        {
            ExpressionToken symbol = token;
            Advance();
            left = Counted(new BinaryExpression(symbol.Text, left, Binary(precedence + 1), symbol.Column), symbol.Column);
        }
        return left;
    }

    private Expression Unary()
    {
        int column = token.Column;
        if (++depth > MaximumDepth) throw new ExpressionException($"the expression is nested deeper than {MaximumDepth} levels", column);
        Expression result = Counted(UnaryBody(column), column);
        depth--;
        return result;
    }

    private Expression UnaryBody(int column)
    {
        if (token.Kind != TokenKind.Operator) return Primary();
        switch (token.Text)
        {
            case "-" or "~" or "!" or "+":
                char symbol = token.Text[0];
                Advance();
                return new UnaryExpression(symbol, Unary());
            case "*":
                Advance();
                return Memory(column);
            default:
                return Primary();
        }
    }

    private MemoryExpression Memory(int column)
    {
        if (token.Kind != TokenKind.Name || IntegerType.Find(token.Text) is not { } type) return new MemoryExpression(IntegerType.Default, Unary(), scope, column);
        Advance();
        return new MemoryExpression(type, Unary(), scope, column);
    }

    private Expression Primary()
    {
        ExpressionToken first = token;
        switch (first.Kind)
        {
            case TokenKind.Number:
                Advance();
                return new ConstantExpression(first.Value);
            case TokenKind.Dollar:
                Advance();
                return Dollar(first);
            case TokenKind.Name:
                Advance();
                return Name(first);
            case TokenKind.SourceLine:
                Advance();
                return Place(scope.FindLines(first.Text, (int)first.Value), $"{first.Text}:{first.Value}", "there is no code for line", first.Column);
            case TokenKind.Operator when first.Text == "(":
                Advance();
                Expression inner = Binary(1);
                if (!IsOperator(")")) throw new ExpressionException("a ')' is missing", token.Column);
                Advance();
                return inner;
            case TokenKind.End:
                throw new ExpressionException("a value is missing", first.Column);
            default:
                throw new ExpressionException($"'{first.Text}' stands where a value should be", first.Column);
        }
    }

    private Expression Dollar(ExpressionToken name)
    {
        if (Register(name, hasDollar: true) is { } register) return register;
        return new VariableExpression(name.Text, scope, name.Column);
    }

    private Expression Name(ExpressionToken name)
    {
        if (name.Module is null)
        {
            if (IsOperator("(") && IntegerType.Find(name.Text) is { } type) return new CastExpression(type, Unary());
            if (Register(name, hasDollar: false) is { } register) return register;
        }
        string written = name.Module is null ? name.Text : $"{name.Module}!{name.Text}";
        return Place(scope.FindSymbols(name.Module, name.Text), written, "there is no register or symbol", name.Column);
    }

    private RegisterExpression? Register(ExpressionToken name, bool hasDollar)
    {
        string register = name.Text.ToLowerInvariant();
        if (register.Contains('.', StringComparison.Ordinal) && IsOperator("[")) register += VectorIndex();
        if (RegisterNames.IsWholeVector(register))
            throw new ExpressionException($"{register} holds several numbers; one of them is {register}.u64[0]", name.Column);
        return scope.FindRegister(register, hasDollar) is { } found ? new RegisterExpression(found) : null;
    }

    /// <summary>The index of a part of a vector register, as in <c>xmm0.u32[3]</c>.</summary>
    private string VectorIndex()
    {
        Advance();
        ExpressionToken index = token;
        if (index.Kind != TokenKind.Number) throw new ExpressionException("the number of an element is missing", index.Column);
        Advance();
        if (!IsOperator("]")) throw new ExpressionException("a ']' is missing", token.Column);
        Advance();
        return $"[{index.Value}]";
    }

    private static ConstantExpression Place(IReadOnlyList<NamedAddress> places, string name, string missing, int column)
    {
        if (places.Count == 0) throw new ExpressionException($"{missing} {name}", column);
        if (places.Any(place => place.Address != places[0].Address))
            throw new ExpressionException($"{name} is ambiguous: write {string.Join(" or ", places.Take(4).Select(place => place.QualifiedName))}", column);
        return new ConstantExpression(places[0].Address.Value);
    }

    private Expression Counted(Expression node, int column) =>
        ++nodes <= MaximumNodes ? node : throw new ExpressionException($"the expression has more than {MaximumNodes} parts", column);

    private bool IsOperator(string symbol) => token.Kind == TokenKind.Operator && token.Text == symbol;

    private void Advance() => token = lexer.Next();
}
