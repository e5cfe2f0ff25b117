using X64Emu.Cpu;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at reads.</summary>
internal sealed class ReadWatchCommand() : RangeCommand(WatchAccess.Read)
{
    /// <inheritdoc/>
    public override string Name => "rwatch";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["rw"];

    /// <inheritdoc/>
    public override string Summary => "Stops when memory is read";

    /// <inheritdoc/>
    public override string Example => "rwatch rsp,16";
}
