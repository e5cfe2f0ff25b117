namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Ends the machine.</summary>
internal sealed class KillCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "kill";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["k"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "kill";

    /// <inheritdoc/>
    public string Summary => "Ends the machine; it can still be looked at, and started again";

    /// <inheritdoc/>
    public string Help => "After it 'run' starts a new machine, and 'icount N' goes back to a moment of this one.";

    /// <inheritdoc/>
    public string Example => "kill";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        context.Runner.Run(session => session.Kill());
    }
}
