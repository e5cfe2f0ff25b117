using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Lets a stop point pass COUNT times.</summary>
internal sealed class IgnoreCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "ignore";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["ig"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "ignore N COUNT";

    /// <inheritdoc/>
    public string Summary => "Lets a stop point pass COUNT times";

    /// <inheritdoc/>
    public string Help => "Hits whose condition is false are not counted. A count of 0 stops at the next hit again.";

    /// <inheritdoc/>
    public string Example => "ignore 1 10";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        StopPoint point = StopPointArguments.TakePoint(context, arguments);
        ArgumentText text = arguments.NeedRest("a count");
        ulong count = context.Evaluate(text);
        if (count > long.MaxValue) throw new CommandException($"column {text.Column}: {count} is too much");
        point.IgnoreCount = (long)count;
        context.Output.Line($"{point.Number} stops after {count} more hit{(count == 1 ? "" : "s")}.");
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);
}
