using X64Emu.Cli.Debugger.Expressions;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows something at each stop; alone it shows the list now.</summary>
internal sealed class DisplayCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "display";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["disp"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.State;

    /// <inheritdoc/>
    public string Usage => "display [EXPR]\ndisplay /FORMAT ADDR\ndisplay ! COMMAND";

    /// <inheritdoc/>
    public string Summary => "Shows something at each stop; alone it shows the list now";

    /// <inheritdoc/>
    public string Help => "EXPR is printed; with a format, memory is shown as x/FORMAT does; any other command follows an exclamation mark.";

    /// <inheritdoc/>
    public string Example => "display *(rsp+8)";

    /// <inheritdoc/>
    public bool TakesFormat => true;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.IsEmpty)
        {
            context.Displays.Show();
            return;
        }
        int column = arguments.Column;
        string command = Command(context, arguments);
        if (CommandCall.Parse(command, context.Commands).Command.Topic is CommandTopic.Running or CommandTopic.Stopping or CommandTopic.Console)
            throw new CommandException($"column {column}: a display shows something; '{command}' does not");
        context.Displays.Show(context.Displays.Add(command), command);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    private static string Command(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.Format is { } format) return $"x/{format} {arguments.NeedRest("an address")}";
        if (arguments.Rest[0] == '/') return $"x{arguments.TakeRest()}";
        if (arguments.Rest[0] == '!') return arguments.TakeRest().Text[1..].Trim() is { Length: > 0 } command ? command : throw new CommandException("a command is missing");
        ArgumentText expression = arguments.TakeRest();
        context.Evaluator.Prepare(expression);
        return $"print {expression}";
    }
}
