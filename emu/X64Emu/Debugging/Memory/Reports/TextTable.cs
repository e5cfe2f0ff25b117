using System.Text;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>Lines of text with aligned columns. A header that starts with '&gt;' makes its column flush right.</summary>
internal sealed class TextTable
{
    private const string Gap = "  ";
    private readonly bool[] isRight;
    private readonly List<string[]> rows = [];

    public TextTable(params string[] headers)
    {
        isRight = [.. headers.Select(header => header.StartsWith('>'))];
        rows.Add([.. headers.Select(header => header.TrimStart('>'))]);
    }

    /// <summary>Rows, without the header.</summary>
    public int Count => rows.Count - 1;

    /// <summary>Adds a row; missing cells at its end are empty.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>The header and the rows, without blanks at line ends.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. Enumerable.Range(0, isRight.Length).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        foreach (string[] row in rows)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                if (column > 0) line.Append(Gap);
                line.Append(isRight[column] ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column]));
            }
            yield return line.ToString().TrimEnd();
        }
    }
}
