using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Lets stop points stop again, or all.</summary>
internal sealed class EnableCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "enable";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["en"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "enable [N...]";

    /// <inheritdoc/>
    public string Summary => "Lets stop points stop again, or all";

    /// <inheritdoc/>
    public string Help => "Their hit counts go on.";

    /// <inheritdoc/>
    public string Example => "enable 2";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        foreach (StopPoint point in StopPointArguments.TakePoints(context, arguments)) point.IsEnabled = true;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);
}
