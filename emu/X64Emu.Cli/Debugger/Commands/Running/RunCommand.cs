namespace X64Emu.Cli.Debugger.Commands.Running;

/// <summary>Starts over.</summary>
internal sealed class RunCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "run";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["r", "restart"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Running;

    /// <inheritdoc/>
    public string Usage => "run";

    /// <inheritdoc/>
    public string Summary => "Starts over with a new machine, to where the session began";

    /// <inheritdoc/>
    public string Help => "Stop points stay, their hit counts begin again. What was typed for the program is forgotten; 'icount N' goes back and keeps it.";

    /// <inheritdoc/>
    public string Example => "run";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        context.Guest.ForgetInput();
        context.Runner.Go(_ => context.Guest.StartOver());
    }
}
