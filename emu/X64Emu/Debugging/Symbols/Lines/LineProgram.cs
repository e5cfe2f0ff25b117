namespace X64Emu.Debugging.Symbols.Lines;

/// <summary>Executes a line program: a small machine whose output is the rows of the line table (DWARF 5, 6.2.5).</summary>
internal ref struct LineProgram
{
    private readonly LineProgramHeader header;
    private readonly Func<string, int> fileIndex;
    private readonly List<LineRow> rows;
    private ulong address;
    private ulong file;
    private long line;
    private LineFlags flags;

    private LineProgram(LineProgramHeader header, Func<string, int> fileIndex, List<LineRow> rows)
    {
        this.header = header;
        this.fileIndex = fileIndex;
        this.rows = rows;
        Reset();
    }

    /// <summary>Appends the rows of a program, sequences one after the other, each closed by an end row. A damaged program gives the rows before the
    /// damage.</summary>
    /// <param name="header">The program.</param>
    /// <param name="fileIndex">Numbers a file of the whole module.</param>
    /// <param name="rows">Receives the rows.</param>
    public static void Run(LineProgramHeader header, Func<string, int> fileIndex, List<LineRow> rows)
    {
        int whole = rows.Count;
        try
        {
            LineProgram program = new(header, fileIndex, rows);
            ByteCursor cursor = header.Program;
            while (!cursor.AtEnd)
            {
                program.Execute(ref cursor);
                if (rows.Count > 0 && rows[^1].IsEnd) whole = rows.Count;
            }
        }
        catch (SymbolDataException)
        {
            // What follows the damage cannot be told; a sequence without its end says nothing about where its last line ends.
        }
        rows.RemoveRange(whole, rows.Count - whole);
    }

    private void Execute(ref ByteCursor cursor)
    {
        int opcode = cursor.Byte();
        if (opcode >= header.OpcodeBase)
        {
            int special = opcode - header.OpcodeBase;
            address += (ulong)(special / header.LineRange * header.MinimumInstructionBytes);
            line += header.LineBase + special % header.LineRange;
            Append();
            return;
        }
        if (opcode == 0) Extended(cursor.Take(cursor.Uleb()));
        else Standard(opcode, ref cursor);
    }

    private void Standard(int opcode, ref ByteCursor cursor)
    {
        switch (opcode)
        {
            case 1: Append(); break;
            case 2: address += cursor.Uleb() * (ulong)header.MinimumInstructionBytes; break;
            case 3: line += cursor.Sleb(); break;
            case 4: file = cursor.Uleb(); break;
            case 6: flags ^= LineFlags.Statement; break;
            case 8: address += (ulong)((255 - header.OpcodeBase) / header.LineRange * header.MinimumInstructionBytes); break;
            case 9: address += cursor.UInt16(); break;
            case 10: flags |= LineFlags.PrologueEnd; break;
            default:
                // Columns, blocks, epilogues, instruction sets and what later versions add.
                for (int operands = header.OperandCounts[opcode - 1]; operands > 0; operands--) cursor.Uleb();
                break;
        }
    }

    private void Extended(ArraySegment<byte> content)
    {
        ByteCursor cursor = new(content);
        if (cursor.AtEnd) return;
        switch (cursor.Byte())
        {
            case 1:
                flags |= LineFlags.EndSequence;
                Append();
                Reset();
                break;
            case 2: address = cursor.Unsigned(Math.Min(8, cursor.Remaining)); break;
            case 3: header.Define(ref cursor); break;
            default: break;
        }
    }

    private void Append()
    {
        rows.Add(new LineRow(address, fileIndex(header.File(file)), (int)Math.Clamp(line, 0, int.MaxValue), flags));
        flags &= LineFlags.Statement;
    }

    private void Reset()
    {
        address = 0;
        file = 1;
        line = 1;
        flags = header.IsStatementByDefault ? LineFlags.Statement : LineFlags.None;
    }
}
