namespace X64Emu.Cli.Debugger.Commands.General;

/// <summary>Writes a line of text.</summary>
internal sealed class EchoCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "echo";

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Console;

    /// <inheritdoc/>
    public string Usage => "echo [TEXT]";

    /// <inheritdoc/>
    public string Summary => "Writes a line of text";

    /// <inheritdoc/>
    public string Help => "For command files and for the commands of breakpoints.";

    /// <inheritdoc/>
    public string Example => "echo here we are";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        context.Output.Line(arguments.Rest);
    }
}
