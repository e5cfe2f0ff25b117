using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Lists the stop points: breakpoints, watchpoints, catchpoints.</summary>
internal sealed class BreakpointsCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "breakpoints";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["bl"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "breakpoints";

    /// <inheritdoc/>
    public string Summary => "Lists the stop points: breakpoints, watchpoints, catchpoints";

    /// <inheritdoc/>
    public string Help => "Each with its condition, how often it was hit, and its commands.";

    /// <inheritdoc/>
    public string Example => "breakpoints";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        if (context.Session.Breakpoints.All.Count == 0) context.Output.Line("There are no stop points.");
        foreach (StopPoint point in context.Session.Breakpoints.All) context.Output.Lines(StopPointText.Lines(point, context.Names));
    }
}
