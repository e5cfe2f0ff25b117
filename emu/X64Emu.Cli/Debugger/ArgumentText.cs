namespace X64Emu.Cli.Debugger;

/// <summary>A part of a command line.</summary>
/// <param name="Text">The part, without blanks around it.</param>
/// <param name="Column">The column of its first character in the line, from 1.</param>
internal readonly record struct ArgumentText(string Text, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
