namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at a place once.</summary>
internal sealed class TemporaryBreakCommand() : LocationCommand(isTemporary: true)
{
    /// <inheritdoc/>
    public override string Name => "tbreak";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["tb", "thbreak"];

    /// <inheritdoc/>
    public override string Summary => "Like break, but deleted at its first stop";

    /// <inheritdoc/>
    public override string Example => "tbreak *rsp";
}
