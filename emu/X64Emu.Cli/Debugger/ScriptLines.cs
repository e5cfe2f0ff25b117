using System.Text;

namespace X64Emu.Cli.Debugger;

/// <summary>Lines that are all known beforehand: those of <c>-e</c>, or of a command file.</summary>
internal sealed class ScriptLines(IEnumerable<string> lines) : ILineSource
{
    private const int MostBytes = 1 << 20;
    private readonly Queue<string> waiting = new(lines);

    /// <summary>The lines of a command file; blank ones are left out, so that they repeat nothing.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static ScriptLines FromFile(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new CommandException($"{path} is a directory");
            if (!File.Exists(path)) throw new CommandException($"{path}: no such file");
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[MostBytes + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > MostBytes) throw new CommandException($"{path} is too long: a command file has at most {MostBytes} bytes");
            return new ScriptLines(Encoding.UTF8.GetString(content, 0, length).Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{path} cannot be read: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}");
        }
    }

    /// <inheritdoc/>
    public string? ReadLine() => waiting.TryDequeue(out string? line) ? line : null;
}
