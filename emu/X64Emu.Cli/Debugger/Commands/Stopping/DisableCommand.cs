using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Keeps stop points from stopping, or all.</summary>
internal sealed class DisableCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "disable";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["dis"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "disable [N...]";

    /// <inheritdoc/>
    public string Summary => "Keeps stop points from stopping, or all";

    /// <inheritdoc/>
    public string Help => "They stay in the list; while none is enabled the guest runs at full speed.";

    /// <inheritdoc/>
    public string Example => "disable 2";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        foreach (StopPoint point in StopPointArguments.TakePoints(context, arguments)) point.IsEnabled = false;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);
}
