using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs until something stops the guest.</summary>
internal sealed class ContinueCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "continue";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["c"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "continue [N]";

    /// <inheritdoc/>
    public string Summary => "Runs until a breakpoint, watchpoint or catchpoint, Ctrl-C, or the end";

    /// <inheritdoc/>
    public string Help => "With N the stop point that the guest stands at is passed N - 1 times before it stops again.";

    /// <inheritdoc/>
    public string Example => "continue 5";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        if (count > 1)
        {
            if (context.Session.LastStop.Hits.Count == 0) throw new CommandException("the guest stands at no stop point that could be passed");
            foreach (StopHit hit in context.Session.LastStop.Hits) hit.Point.IgnoreCount = count - 1;
        }
        context.Runner.Run(session => session.Continue());
    }
}
