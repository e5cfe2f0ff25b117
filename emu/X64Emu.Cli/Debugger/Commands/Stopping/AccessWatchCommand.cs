using X64Emu.Cpu;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at reads and writes.</summary>
internal sealed class AccessWatchCommand() : RangeCommand(WatchAccess.ReadWrite)
{
    /// <inheritdoc/>
    public override string Name => "awatch";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["aw"];

    /// <inheritdoc/>
    public override string Summary => "Stops when memory is read or written";

    /// <inheritdoc/>
    public override string Example => "awatch physical 0x1000,8";
}
