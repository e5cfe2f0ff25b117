namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at a place.</summary>
internal sealed class BreakCommand() : LocationCommand(isTemporary: false)
{
    /// <inheritdoc/>
    public override string Name => "break";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["b", "br", "hbreak"];

    /// <inheritdoc/>
    public override string Summary => "Stops before the instruction at a place runs";

    /// <inheritdoc/>
    public override string Example => "break PageFault.Handle if rdi < 0x500000";
}
