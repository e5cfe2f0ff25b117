namespace X64Emu.Cli.Debugger;

/// <summary>Lines that are all known beforehand: those of <c>-e</c>, or of a command file.</summary>
internal sealed class ScriptLines(IEnumerable<string> lines) : ILineSource
{
    private readonly Queue<string> waiting = new(lines);

    /// <inheritdoc/>
    public string? ReadLine() => waiting.TryDequeue(out string? line) ? line : null;
}
