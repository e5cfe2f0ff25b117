namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Runs to the end of the present function.</summary>
internal sealed class FinishCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "finish";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["fin"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "finish";

    /// <inheritdoc/>
    public string Summary => "Runs until the present function has returned";

    /// <inheritdoc/>
    public string Help => "In the outermost function of the kernel it runs until the program goes on.";

    /// <inheritdoc/>
    public string Example => "finish";

    /// <inheritdoc/>
    public bool RepeatsOnEmptyLine => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        if (!context.Runner.Run(session => session.Finish())) throw new CommandException("the caller of this function is not known");
    }
}
