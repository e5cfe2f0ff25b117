using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Deletes stop points, or all.</summary>
internal sealed class DeleteCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "delete";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["d"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "delete [N...]";

    /// <inheritdoc/>
    public string Summary => "Deletes stop points, or all";

    /// <inheritdoc/>
    public string Help => "Numbers are not used again.";

    /// <inheritdoc/>
    public string Example => "delete 2 3";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        IReadOnlyList<StopPoint> points = StopPointArguments.TakePoints(context, arguments);
        foreach (StopPoint point in points) context.Session.Breakpoints.Remove(point);
        context.Output.Line(points.Count == 1 ? "1 stop point deleted." : $"{points.Count} stop points deleted.");
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);
}
