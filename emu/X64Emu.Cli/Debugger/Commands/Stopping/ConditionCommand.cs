using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Stopping;

/// <summary>Gives a stop point a condition, or takes it away.</summary>
internal sealed class ConditionCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "condition";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["cond"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Stopping;

    /// <inheritdoc/>
    public string Usage => "condition N [EXPR]";

    /// <inheritdoc/>
    public string Summary => "Gives a stop point a condition, or takes it away";

    /// <inheritdoc/>
    public string Help => "It stops while EXPR is not 0. Without EXPR it always stops.";

    /// <inheritdoc/>
    public string Example => "condition 1 rax == 0";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        StopPoint point = StopPointArguments.TakePoint(context, arguments);
        if (!arguments.IsEmpty)
        {
            StopPointArguments.SetCondition(context, point, arguments.TakeRest());
            return;
        }
        point.Condition = null;
        point.ConditionText = null;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => StopPointArguments.Numbers(context);
}
