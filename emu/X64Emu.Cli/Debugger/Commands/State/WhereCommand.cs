namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows where the guest stands: process, place, source line, code.</summary>
internal sealed class WhereCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "where";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["wh"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.State;

    /// <inheritdoc/>
    public string Usage => "where";

    /// <inheritdoc/>
    public string Summary => "Shows where the guest stands: process, place, source line, code";

    /// <inheritdoc/>
    public string Help => "It is what each stop shows. How the caller got here is shown by bt.";

    /// <inheritdoc/>
    public string Example => "where";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        arguments.ExpectEnd();
        context.Runner.Reporter.ReportPlace();
    }
}
