using X64Emu.Cpu;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Stops at writes.</summary>
internal sealed class WatchCommand() : RangeCommand(WatchAccess.Write)
{
    /// <inheritdoc/>
    public override string Name => "watch";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["w", "wa"];

    /// <inheritdoc/>
    public override string Summary => "Stops when memory is written";

    /// <inheritdoc/>
    public override string Example => "watch rsp-64..rsp pid 1";
}
