using X64Emu.Debugging.Symbols.Dwarf;

namespace X64Emu.Debugging.Symbols.Lines;

/// <summary>The source lines of one module, both ways. Addresses are as linked.</summary>
internal sealed class LineTable
{
    private readonly List<LineRow> rows = [];
    private readonly List<string> files = [];
    private readonly Dictionary<string, int> fileNumbers = [];
    private readonly (ulong Start, ulong End, int First, int Last)[] sequences;
    private readonly Lazy<Dictionary<string, List<int>>> filesByName;
    private readonly Lazy<List<int>[]> rowsByFile;

    /// <summary>Executes every line program of the module. Damaged ones give what comes before the damage.</summary>
    public LineTable(DebugInfo info)
    {
        Dictionary<ulong, string> folders = CompilationDirectories(info);
        ulong offset = 0;
        while (offset < (ulong)info.Sections.Lines.Count)
        {
            try
            {
                LineProgramHeader header = new(info.Sections, offset, folders.GetValueOrDefault(offset));
                LineProgram.Run(header, FileNumber, rows);
                offset = header.End;
            }
            catch (SymbolDataException)
            {
                break;
            }
        }
        sequences = [.. Sequences(rows).OrderBy(sequence => sequence.Start)];
        filesByName = new Lazy<Dictionary<string, List<int>>>(IndexFileNames);
        rowsByFile = new Lazy<List<int>[]>(IndexRows);
    }

    /// <summary>All rows, sequences one after the other.</summary>
    public IReadOnlyList<LineRow> Rows => rows;

    /// <summary>The files rows refer to, as full names.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>The row that covers an address, or null. Rows of line 0 say that the code has no line.</summary>
    public LineRow? Find(ulong address)
    {
        int index = FindIndex(address);
        return index >= 0 && rows[index].Line > 0 ? rows[index] : null;
    }

    /// <summary>The piece of code around an address that belongs to one line: its first address and the one behind it; null without a line.</summary>
    public (ulong Start, ulong End)? Extent(ulong address)
    {
        int index = FindIndex(address);
        if (index < 0 || rows[index].Line == 0) return null;
        (int first, int last) = (index, index);
        while (first > 0 && !rows[first - 1].IsEnd && SameLine(first - 1, index)) first--;
        while (!rows[last].IsEnd && SameLine(last, index)) last++;
        return (rows[first].Address, rows[last].Address);
    }

    /// <summary>The rows from an address on to the end of its sequence.</summary>
    public IEnumerable<LineRow> From(ulong address)
    {
        for (int index = FindIndex(address); index >= 0 && index < rows.Count && !rows[index].IsEnd; index++) yield return rows[index];
    }

    /// <summary>The numbers of the files that end in a path: <c>main.c</c>, <c>src/main.c</c> or a full name.</summary>
    public IReadOnlyList<int> FilesEndingIn(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        if (!filesByName.Value.TryGetValue(name, out List<int>? candidates)) return [];
        return candidates.FindAll(file => files[file] == path || files[file].EndsWith("/" + path.TrimStart('/'), StringComparison.Ordinal));
    }

    /// <summary>Rows of a file where code of a line begins: statements whose predecessor has another line. If the line has no code, those of the next line
    /// that has.</summary>
    /// <returns>The line found, 0 for none, and its rows in ascending order of address.</returns>
    public (int Line, IReadOnlyList<LineRow> Rows) Starts(int file, int line)
    {
        int best = 0;
        List<int> found = [];
        foreach (int index in rowsByFile.Value[file])
        {
            int candidate = rows[index].Line;
            if (candidate < line || (best != 0 && candidate > best) || !StartsLine(index)) continue;
            if (candidate != best) found.Clear();
            best = candidate;
            found.Add(index);
        }
        return (best, [.. found.Select(index => rows[index]).OrderBy(row => row.Address)]);
    }

    private bool SameLine(int first, int second) => rows[first].Line == rows[second].Line && rows[first].File == rows[second].File;

    private bool StartsLine(int index)
    {
        LineRow row = rows[index];
        if (!row.IsStatement || row.IsEnd) return false;
        for (int before = index - 1; before >= 0 && !rows[before].IsEnd; before--)
        {
            // Rows without code of their own count for nothing.
            if (rows[before].Address == row.Address) continue;
            return !SameLine(before, index);
        }
        return true;
    }

    private int FindIndex(ulong address)
    {
        int low = 0;
        int high = sequences.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sequences[middle].Start <= address) low = middle + 1;
            else high = middle;
        }
        // Sequences of code that the linker dropped start at 0 and may overlap sound ones.
        for (int index = low - 1; index >= 0 && index >= low - 8; index--)
            if (address < sequences[index].End) return FindRow(sequences[index].First, sequences[index].Last, address);
        return -1;
    }

    private int FindRow(int first, int last, ulong address)
    {
        int low = first;
        int high = last;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (rows[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private int FileNumber(string name)
    {
        if (fileNumbers.TryGetValue(name, out int number)) return number;
        number = files.Count;
        files.Add(name);
        fileNumbers.Add(name, number);
        return number;
    }

    private static Dictionary<ulong, string> CompilationDirectories(DebugInfo info)
    {
        Dictionary<ulong, string> folders = [];
        foreach (DwarfUnit unit in info.Units)
        {
            try
            {
                if (unit.Root.Number(DwarfAttribute.StatementList) is { } program && unit.Root.Text(DwarfAttribute.CompilationDirectory) is { } folder)
                    folders.TryAdd(program, folder);
            }
            catch (SymbolDataException)
            {
                // The lines of a damaged unit go without their folder.
            }
        }
        return folders;
    }

    private static IEnumerable<(ulong Start, ulong End, int First, int Last)> Sequences(List<LineRow> rows)
    {
        int first = 0;
        for (int index = 0; index < rows.Count; index++)
        {
            if (!rows[index].IsEnd) continue;
            if (index > first && rows[index].Address > rows[first].Address) yield return (rows[first].Address, rows[index].Address, first, index);
            first = index + 1;
        }
    }

    private Dictionary<string, List<int>> IndexFileNames()
    {
        Dictionary<string, List<int>> index = [];
        for (int file = 0; file < files.Count; file++)
        {
            string name = files[file][(files[file].LastIndexOf('/') + 1)..];
            if (!index.TryGetValue(name, out List<int>? list)) index.Add(name, list = []);
            list.Add(file);
        }
        return index;
    }

    private List<int>[] IndexRows()
    {
        List<int>[] index = [.. files.Select(_ => new List<int>())];
        for (int row = 0; row < rows.Count; row++)
            if (!rows[row].IsEnd) index[rows[row].File].Add(row);
        return index;
    }
}
