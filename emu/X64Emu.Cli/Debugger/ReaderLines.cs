namespace X64Emu.Cli.Debugger;

/// <summary>Lines from a pipe or a file that is read as it comes.</summary>
internal sealed class ReaderLines(TextReader reader) : ILineSource
{
    /// <inheritdoc/>
    public string? ReadLine() => reader.ReadLine();
}
