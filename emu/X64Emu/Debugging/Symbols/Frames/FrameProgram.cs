namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>Executes call frame instructions: the rules at an address of a function (DW_CFA_*; DWARF 5, 6.4.2).</summary>
internal sealed class FrameProgram
{
    private const int MaximumRemembered = 256;
    private readonly FrameDescription description;
    private readonly Stack<FrameRow> remembered = [];
    private readonly Action<ulong, FrameRow>? onRow;
    private readonly ulong last;
    private FrameRow row = new();
    private FrameRow? initial;
    private ulong location;

    private FrameProgram(FrameDescription description, ulong last, Action<ulong, FrameRow>? onRow)
    {
        this.description = description;
        this.last = last;
        this.onRow = onRow;
        location = description.Start;
    }

    /// <summary>The rules at an address of the function.</summary>
    /// <exception cref="SymbolDataException">The program is damaged.</exception>
    public static FrameRow RowAt(FrameDescription description, ulong address) => new FrameProgram(description, address, null).Run();

    /// <summary>Calls back for each address from which on other rules hold, with the rules (valid during the call).</summary>
    /// <exception cref="SymbolDataException">The program is damaged.</exception>
    public static void Rows(FrameDescription description, Action<ulong, FrameRow> onRow)
    {
        FrameProgram program = new(description, ulong.MaxValue, onRow);
        FrameRow final = program.Run();
        onRow(program.location, final);
    }

    private FrameRow Run()
    {
        ByteCursor cursor = new(description.Common.Instructions);
        while (!cursor.AtEnd) Execute(ref cursor);
        initial = row.Clone();
        cursor = new ByteCursor(description.Instructions);
        while (!cursor.AtEnd && Execute(ref cursor))
        {
        }
        return row;
    }

    /// <summary>Executes one instruction; false when it would advance beyond the address asked for.</summary>
    private bool Execute(ref ByteCursor cursor)
    {
        byte opcode = cursor.Byte();
        int operand = opcode & 0x3f;
        switch (opcode >> 6)
        {
            case 1: return Advance((ulong)operand * description.Common.CodeAlignment);
            case 2:
                Set(operand, new FrameRule(FrameRuleKind.Offset, Scaled(cursor.Uleb())));
                return true;
            case 3:
                Restore(operand);
                return true;
            default:
                return operand is >= 0x01 and <= 0x04 or 0x1d ? Advance(ref cursor, operand) : Define(ref cursor, operand);
        }
    }

    private bool Advance(ref ByteCursor cursor, int opcode)
    {
        ulong unit = description.Common.CodeAlignment;
        return opcode switch
        {
            0x01 => Advance(cursor.UInt64() - location),
            0x02 => Advance(cursor.Byte() * unit),
            0x03 => Advance(cursor.UInt16() * unit),
            0x04 => Advance(cursor.UInt32() * unit),
            _ => Advance(cursor.UInt64() * unit),
        };
    }

    private bool Advance(ulong lengthBytes)
    {
        if (initial is null) throw new SymbolDataException("a common frame entry that advances");
        if (lengthBytes > last - location) return false;
        if (lengthBytes > 0) onRow?.Invoke(location, row);
        location += lengthBytes;
        return true;
    }

    private bool Define(ref ByteCursor cursor, int opcode)
    {
        switch (opcode)
        {
            case 0x00: break;
            case 0x05: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Offset, Scaled(cursor.Uleb()))); break;
            case 0x06: Restore(Register(ref cursor)); break;
            case 0x07: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Undefined)); break;
            case 0x08: Set(Register(ref cursor), new FrameRule(FrameRuleKind.SameValue)); break;
            case 0x09: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Register, Register(ref cursor))); break;
            case 0x0a: Remember(); break;
            case 0x0b: Recall(); break;
            case 0x0c: SetCfa(Register(ref cursor), (long)cursor.Uleb()); break;
            case 0x0d: SetCfa(Register(ref cursor), row.CfaOffset); break;
            case 0x0e: SetCfa(row.CfaRegister, (long)cursor.Uleb()); break;
            case 0x0f: row.CfaExpression = cursor.Take(cursor.Uleb()); break;
            case 0x10: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Expression, 0, cursor.Take(cursor.Uleb()))); break;
            case 0x11: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Offset, Scaled((ulong)cursor.Sleb()))); break;
            case 0x12: SetCfa(Register(ref cursor), Scaled((ulong)cursor.Sleb())); break;
            case 0x13: SetCfa(row.CfaRegister, Scaled((ulong)cursor.Sleb())); break;
            case 0x14: Set(Register(ref cursor), new FrameRule(FrameRuleKind.ValueOffset, Scaled(cursor.Uleb()))); break;
            case 0x15: Set(Register(ref cursor), new FrameRule(FrameRuleKind.ValueOffset, Scaled((ulong)cursor.Sleb()))); break;
            case 0x16: Set(Register(ref cursor), new FrameRule(FrameRuleKind.ValueExpression, 0, cursor.Take(cursor.Uleb()))); break;
            case 0x2e: cursor.Uleb(); break;
            case 0x2f: Set(Register(ref cursor), new FrameRule(FrameRuleKind.Offset, -Scaled(cursor.Uleb()))); break;
            default: throw new SymbolDataException($"call frame instruction {opcode:x2}");
        }
        return true;
    }

    private static int Register(ref ByteCursor cursor)
    {
        ulong register = cursor.Uleb();
        return register <= FrameRow.MaximumRegister ? (int)register : throw new SymbolDataException($"register {register} in call frame information");
    }

    private long Scaled(ulong factor) => (long)factor * description.Common.DataAlignment;

    private void Set(int register, FrameRule rule) => row.Rules[register] = rule;

    private void SetCfa(int register, long offset)
    {
        row.CfaExpression = [];
        row.CfaRegister = register;
        row.CfaOffset = offset;
    }

    private void Restore(int register)
    {
        if (initial is not null && initial.Rules.TryGetValue(register, out FrameRule rule)) row.Rules[register] = rule;
        else row.Rules.Remove(register);
    }

    private void Remember()
    {
        if (remembered.Count == MaximumRemembered) throw new SymbolDataException("call frame information remembers without end");
        remembered.Push(row.Clone());
    }

    private void Recall()
    {
        if (!remembered.TryPop(out FrameRow? saved)) throw new SymbolDataException("call frame information recalls what it never remembered");
        row = saved;
    }
}
