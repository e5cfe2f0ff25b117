namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>Evaluates DWARF expressions: where variables are, and what unwinding rules compute (DWARF 5, 2.5 and 2.6).</summary>
/// <remarks>Not supported: thread-local storage, calls of other expressions, typed operations other than on 64-bit numbers.</remarks>
internal static class LocationExpression
{
    /// <summary>Expressions may loop; real ones have a few dozen operations.</summary>
    private const int MaximumOperations = 10_000;
    private const int MaximumStack = 256;

    /// <summary>The value an expression leaves on its stack.</summary>
    /// <exception cref="SymbolDataException">The expression is damaged, or needs what the context does not have.</exception>
    public static ulong Compute(ArraySegment<byte> expression, ExpressionContext context, ulong? initial = null)
    {
        ValueLocation location = Evaluate(expression, context, initial);
        return location.Kind is LocationKind.Memory or LocationKind.Value
            ? location.Number
            : throw new SymbolDataException("an expression yields no number where one is needed");
    }

    /// <summary>The place an expression describes. An empty expression is a value that was optimised out.</summary>
    /// <exception cref="SymbolDataException">The expression is damaged, or needs what the context does not have.</exception>
    public static ValueLocation Evaluate(ArraySegment<byte> expression, ExpressionContext context, ulong? initial = null)
    {
        if (expression.Count == 0) return new ValueLocation(LocationKind.Missing);
        Evaluation evaluation = new(context);
        if (initial is { } first) evaluation.Push(first);
        ByteCursor cursor = new(expression);
        List<(ValueLocation, ulong)>? pieces = null;
        for (int operations = 0; !cursor.AtEnd; operations++)
        {
            if (operations == MaximumOperations) throw new SymbolDataException("a location expression does not end");
            byte operation = cursor.Byte();
            if (operation is LocationOperation.Piece)
            {
                pieces ??= [];
                pieces.Add((evaluation.TakePiece(), cursor.Uleb()));
                continue;
            }
            if (operation is LocationOperation.Skip or LocationOperation.Branch)
            {
                int distance = (short)cursor.UInt16();
                if (operation == LocationOperation.Skip || evaluation.Pop() != 0)
                    cursor = new ByteCursor(expression, (ulong)(long)(cursor.Position + distance));
                continue;
            }
            evaluation.Execute(operation, ref cursor);
        }
        return pieces is null ? evaluation.Result() : new ValueLocation(LocationKind.Pieces, Pieces: pieces);
    }

    /// <summary>The stack of one evaluation, and the place the operations before the next piece have named.</summary>
    internal sealed class Evaluation(ExpressionContext context)
    {
        private readonly List<ulong> stack = [];
        private ValueLocation? place;

        public void Push(ulong value)
        {
            if (stack.Count == MaximumStack) throw new SymbolDataException("a location expression's stack overflows");
            stack.Add(value);
        }

        public ulong Pop()
        {
            ulong value = Peek(0);
            stack.RemoveAt(stack.Count - 1);
            return value;
        }

        /// <summary>The element that many places below the top.</summary>
        public ulong Peek(ulong depth)
        {
            if (depth >= (ulong)stack.Count) throw new SymbolDataException("a location expression's stack is empty");
            return stack[stack.Count - 1 - (int)depth];
        }

        /// <summary>The operations so far named the place of a whole value or of its next piece.</summary>
        public void Name(ValueLocation location) => place = location;

        public ValueLocation Result() => place ?? new ValueLocation(LocationKind.Memory, Pop());

        public ValueLocation TakePiece()
        {
            ValueLocation piece = place ?? (stack.Count == 0 ? new ValueLocation(LocationKind.Missing) : new ValueLocation(LocationKind.Memory, Pop()));
            place = null;
            return piece;
        }

        public void Execute(byte operation, ref ByteCursor cursor) => LocationOperation.Execute(operation, ref cursor, this, context);
    }
}
