namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs to another source line.</summary>
internal sealed class StepLineCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "stepline";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["sl"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "stepline [N]";

    /// <inheritdoc/>
    public string Summary => "Runs until another source line begins, N times";

    /// <inheritdoc/>
    public string Help => "Functions without line information are passed over. Where the present line is not known it does what 'next' does.";

    /// <inheritdoc/>
    public string Example => "stepline";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        long count = context.Evaluator.Count(arguments.TakeRest(), 1);
        context.Runner.Run(session => Repetition.Of(session.StepLine, count));
    }
}
