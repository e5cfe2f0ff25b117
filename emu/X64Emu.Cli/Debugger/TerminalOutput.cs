using System.Text.RegularExpressions;
using Spectre.Console;

namespace X64Emu.Cli.Debugger;

/// <summary>Answers on a terminal that shows colours: addresses, symbols, source lines and the arrow at RIP stand out.</summary>
/// <param name="console">The terminal.</param>
internal sealed partial class TerminalOutput(IAnsiConsole console) : DebuggerOutput(TextWriter.Null, TextWriter.Null)
{
    private static readonly Style plain = Style.Plain, heading = new(decoration: Decoration.Bold), error = new(Color.Red);
    private static readonly Style address = new(Color.Aqua), symbol = new(Color.Yellow), source = new(Color.Lime), arrow = new(Color.Lime, decoration: Decoration.Bold);

    /// <inheritdoc/>
    public override void Line(string text)
    {
        Paragraph line = new();
        int done = 0;
        foreach (Match match in Parts().Matches(text))
        {
            if (match.Index > done) line.Append(text[done..match.Index], plain);
            line.Append(match.Value, match.Value[0] switch
            {
                '=' => arrow,
                '<' => symbol,
                '0' => address,
                _ => source,
            });
            done = match.Index + match.Length;
        }
        if (done < text.Length) line.Append(text[done..], plain);
        Write(line);
    }

    /// <inheritdoc/>
    public override void Heading(string text) => Write(new Paragraph(text, heading));

    /// <inheritdoc/>
    public override void Error(string message) => Write(new Paragraph(message, error));

    private void Write(Paragraph line)
    {
        console.Write(line);
        console.WriteLine();
    }

    [GeneratedRegex(@"^=>|<[^<>\s][^<>]*>|\b0x[0-9a-f]+\b|\b[\w.-]+\.(?:c|h|cc|cpp|cs|s|S):[0-9]+\b")]
    private static partial Regex Parts();
}
