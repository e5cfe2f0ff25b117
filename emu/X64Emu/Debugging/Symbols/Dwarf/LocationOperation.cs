namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>The operations of location expressions (DW_OP_*; DWARF 5, 7.7.1).</summary>
internal static class LocationOperation
{
    public const byte Branch = 0x28;
    public const byte Skip = 0x2f;
    public const byte Piece = 0x93;

    /// <summary>Executes one operation that is neither a branch nor a piece.</summary>
    public static void Execute(byte operation, ref ByteCursor cursor, LocationExpression.Evaluation stack, ExpressionContext context)
    {
        switch (operation)
        {
            case >= 0x30 and <= 0x4f: stack.Push((ulong)operation - 0x30); break;
            case >= 0x50 and <= 0x6f: stack.Name(new ValueLocation(LocationKind.Register, (ulong)operation - 0x50)); break;
            case >= 0x70 and <= 0x8f: stack.Push(context.ReadRegister((ulong)operation - 0x70) + (ulong)cursor.Sleb()); break;
            case 0x90: stack.Name(new ValueLocation(LocationKind.Register, cursor.Uleb())); break;
            case 0x92: stack.Push(context.ReadRegister(cursor.Uleb()) + (ulong)cursor.Sleb()); break;
            case 0x9e: stack.Name(new ValueLocation(LocationKind.Bytes, 0, cursor.Take(cursor.Uleb()))); break;
            case 0x9f: stack.Name(new ValueLocation(LocationKind.Value, stack.Pop())); break;
            case 0x03 or 0xa1 or 0xa2 or 0xfb or 0xfc or (>= 0x08 and <= 0x11): stack.Push(Literal(operation, ref cursor, context)); break;
            case >= 0x12 and <= 0x17: Rearrange(operation, ref cursor, stack); break;
            case 0x06 or 0x94 or 0x19 or 0x1f or 0x20 or 0x23: Unary(operation, ref cursor, stack, context); break;
            case 0x91: stack.Push(FrameBase(context) + (ulong)cursor.Sleb()); break;
            case 0x9c: stack.Push(context.CanonicalFrameAddress ?? throw new SymbolDataException("the frame's address is not known")); break;
            case 0x96: break;
            case (>= 0x1a and <= 0x27) or (>= 0x29 and <= 0x2e): Binary(operation, stack); break;
            case 0xa3 or 0xf3: throw new SymbolDataException("lost: only the caller could tell what it was");
            default: throw new SymbolDataException($"location operation {operation:x2} is not supported");
        }
    }

    private static ulong Literal(byte operation, ref ByteCursor cursor, ExpressionContext context) => operation switch
    {
        0x03 => cursor.UInt64() + context.Bias,
        0x08 => cursor.Byte(),
        0x09 => (ulong)(sbyte)cursor.Byte(),
        0x0a => cursor.UInt16(),
        0x0b => (ulong)(short)cursor.UInt16(),
        0x0c => cursor.UInt32(),
        0x0d => (ulong)(int)cursor.UInt32(),
        0x0e or 0x0f => cursor.UInt64(),
        0x10 => cursor.Uleb(),
        0x11 => (ulong)cursor.Sleb(),
        _ => Indexed(cursor.Uleb(), context) + (operation is 0xa1 or 0xfb ? context.Bias : 0),
    };

    private static ulong Indexed(ulong index, ExpressionContext context) =>
        context.Unit is { } unit ? unit.Info.IndexedAddress(index, unit) : throw new SymbolDataException("an indexed address without a unit");

    /// <summary>The frame base is itself an expression, which may not refer to the frame base.</summary>
    private static ulong FrameBase(ExpressionContext context)
    {
        ExpressionContext inner = new()
        {
            Bias = context.Bias,
            Memory = context.Memory,
            Register = context.Register,
            CanonicalFrameAddress = context.CanonicalFrameAddress,
            Unit = context.Unit,
        };
        ValueLocation location = LocationExpression.Evaluate(context.FrameBase, inner);
        return location.Kind switch
        {
            LocationKind.Register => context.ReadRegister(location.Number),
            LocationKind.Memory or LocationKind.Value => location.Number,
            _ => throw new SymbolDataException("the function has no frame base"),
        };
    }

    private static void Rearrange(byte operation, ref ByteCursor cursor, LocationExpression.Evaluation stack)
    {
        switch (operation)
        {
            case 0x12: stack.Push(stack.Peek(0)); break;
            case 0x13: stack.Pop(); break;
            case 0x14: stack.Push(stack.Peek(1)); break;
            case 0x15: stack.Push(stack.Peek(cursor.Byte())); break;
            case 0x16:
                (ulong top, ulong second) = (stack.Pop(), stack.Pop());
                stack.Push(top);
                stack.Push(second);
                break;
            default:
                (ulong first, ulong middle, ulong last) = (stack.Pop(), stack.Pop(), stack.Pop());
                stack.Push(first);
                stack.Push(last);
                stack.Push(middle);
                break;
        }
    }

    private static void Unary(byte operation, ref ByteCursor cursor, LocationExpression.Evaluation stack, ExpressionContext context)
    {
        ulong value = stack.Pop();
        stack.Push(operation switch
        {
            0x06 => context.Read(value, 8),
            0x94 => context.Read(value, cursor.Byte()),
            0x19 => (long)value < 0 ? 0 - value : value,
            0x1f => 0 - value,
            0x20 => ~value,
            _ => value + cursor.Uleb(),
        });
    }

    private static void Binary(byte operation, LocationExpression.Evaluation stack)
    {
        ulong right = stack.Pop();
        ulong left = stack.Pop();
        int shift = right < 64 ? (int)right : 64;
        stack.Push(operation switch
        {
            0x1a => left & right,
            0x1b => Divide((long)left, (long)right),
            0x1c => left - right,
            0x1d => right == 0 ? throw DivisionByZero() : left % right,
            0x1e => left * right,
            0x21 => left | right,
            0x22 => left + right,
            0x24 => shift == 64 ? 0 : left << shift,
            0x25 => shift == 64 ? 0 : left >> shift,
            0x26 => (ulong)((long)left >> Math.Min(shift, 63)),
            0x27 => left ^ right,
            0x29 => Truth(left == right),
            0x2a => Truth((long)left >= (long)right),
            0x2b => Truth((long)left > (long)right),
            0x2c => Truth((long)left <= (long)right),
            0x2d => Truth((long)left < (long)right),
            0x2e => Truth(left != right),
            _ => throw new SymbolDataException($"location operation {operation:x2} is not supported"),
        });
    }

    private static ulong Truth(bool condition) => condition ? 1UL : 0;

    private static ulong Divide(long left, long right) => right switch
    {
        0 => throw DivisionByZero(),
        -1 => 0 - (ulong)left,
        _ => (ulong)(left / right),
    };

    private static SymbolDataException DivisionByZero() => new("a location expression divides by zero");
}
