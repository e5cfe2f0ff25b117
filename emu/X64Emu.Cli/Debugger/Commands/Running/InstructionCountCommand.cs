namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Goes to a moment, back in time too.</summary>
internal sealed class InstructionCountCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "icount";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["ic"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "icount [N]";

    /// <inheritdoc/>
    public string Summary => "Goes to the moment when N instructions had run, back too; alone it tells the present one";

    /// <inheritdoc/>
    public string Help => "Going back runs a new machine from its start with the same input; nothing stops it on the way, its output is not shown again, and what was\n"
        + "changed by 'set' is as it was. The same N is always the same moment.";

    /// <inheritdoc/>
    public string Example => "icount $icount - 100";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty)
        {
            context.Output.Line($"{Stops.StopReporter.Thousands(context.Session.InstructionCount)} instructions have run.");
            return;
        }
        ArgumentText text = arguments.TakeRest();
        ulong count = context.Evaluate(text);
        if (count > long.MaxValue) throw new CommandException($"column {text.Column}: no machine runs {count} instructions");
        context.Runner.Go(session => session.RunToInstruction((long)count));
    }
}
