using System.Text;
using X64Emu.Cli.Debugger;
using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>docs/debugging.md, whose sessions and list of commands the tool itself writes. With X64EMU_UPDATE_DOCS=1 the tests write them anew.</summary>
internal static class DebuggingDocument
{
    private static readonly string path = Path.Combine(Repository.Root, "docs", "debugging.md");

    /// <summary>Whether the tests are to write what they would compare.</summary>
    public static bool IsUpdated => Environment.GetEnvironmentVariable("X64EMU_UPDATE_DOCS") == "1";

    /// <summary>The text between two markers.</summary>
    public static string Part(string name)
    {
        string text = File.ReadAllText(path);
        (int start, int end) = Find(text, name);
        return text[start..end];
    }

    /// <summary>Puts a text between two markers.</summary>
    public static void Write(string name, string part)
    {
        string text = File.ReadAllText(path);
        (int start, int end) = Find(text, name);
        File.WriteAllText(path, text[..start] + part + text[end..]);
    }

    /// <summary>A session as the tool writes it now, as a block of code.</summary>
    /// <param name="name">The name of the command file in docs/sessions.</param>
    public static string Session(string name)
    {
        string script = Path.Combine("docs", "sessions", name + ".txt"), program = Path.Combine("samples", "bin", "two-faults");
        ProgramResult result = HostProcess.Run(Repository.Tool, ["debug", "--echo", "--command", script, program], folder: Repository.Root);
        if (result.StandardError.Length > 0) throw new InvalidOperationException($"the session {name} fails: {result.StandardError}");
        StringBuilder text = new();
        text.Append($"    $ x64emu debug --echo --command {script} {program}\n");
        foreach (string line in result.StandardOutput.TrimEnd('\n').Split('\n')) text.Append($"    {line}".TrimEnd()).Append('\n');
        return $"\n{text}\n";
    }

    /// <summary>The list of commands, from their help.</summary>
    public static string Reference()
    {
        StringBuilder text = new("\n");
        foreach (IGrouping<CommandTopic, IDebuggerCommand> topic in CommandRegistry.Create().All.GroupBy(command => command.Topic))
        {
            text.Append($"### {topic.Key.Title()}\n\n");
            foreach (IDebuggerCommand command in topic)
            {
                string usage = string.Join(" or ", command.Usage.Split('\n').Select(form => $"`{form}`"));
                string aliases = command.Aliases.Count == 0 ? "" : $" Also: {string.Join(", ", command.Aliases.Select(alias => $"`{alias}`"))}.";
                string help = command.Help.ReplaceLineEndings(" ").Replace("*", "\\*", StringComparison.Ordinal).Replace("$_", "`$_`", StringComparison.Ordinal);
                text.Append($"- {usage}: {command.Summary}. {help}{aliases} Example: `{command.Example}`\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static (int Start, int End) Find(string text, string name)
    {
        string begin = $"<!-- begin {name} -->\n";
        int start = text.IndexOf(begin, StringComparison.Ordinal), end = text.IndexOf($"<!-- end {name.Split(' ')[0]} -->", Math.Max(start, 0), StringComparison.Ordinal);
        return start >= 0 && end >= 0 ? (start + begin.Length, end) : throw new InvalidOperationException($"docs/debugging.md has no part {name}");
    }
}
