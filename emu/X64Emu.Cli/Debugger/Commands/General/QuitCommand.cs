namespace X64Emu.Cli.Debugger.Commands.General;

/// <summary>Ends the console.</summary>
internal sealed class QuitCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "quit";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["q", "exit"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Console;

    /// <inheritdoc/>
    public string Usage => "quit";

    /// <inheritdoc/>
    public string Summary => "Ends the debugger, and the machine with it";

    /// <inheritdoc/>
    public string Help => "The exit status of the tool is that of the program if it has ended, 3 if the guest crashed, else 0.";

    /// <inheritdoc/>
    public string Example => "quit";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        context.Quit(SessionEnd.ExitStatus(context.Session.LastStop));
    }
}
