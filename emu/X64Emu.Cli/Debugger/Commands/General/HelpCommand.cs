namespace X64Emu.Cli.Debugger.Commands.General;

/// <summary>Lists the commands, or describes one.</summary>
internal sealed class HelpCommand : IDebuggerCommand
{
    /// <inheritdoc/>
    public string Name => "help";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["h", "?"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Console;

    /// <inheritdoc/>
    public string Usage => "help [COMMAND|TOPIC]";

    /// <inheritdoc/>
    public string Summary => "Lists the commands, or describes one";

    /// <inheritdoc/>
    public string Help => "Without a word it lists all commands by topic. The topics are "
        + string.Join(", ", Enum.GetValues<CommandTopic>().Select(topic => topic.Word())) + ".";

    /// <inheritdoc/>
    public string Example => "help step";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        string? word = arguments.TakeWord();
        arguments.ExpectEnd();
        CommandTopic[] topics = Enum.GetValues<CommandTopic>();
        if (word is null) List(context, topics);
        else if (Array.FindIndex(topics, topic => topic.Word() == word) is >= 0 and int index) List(context, [topics[index]]);
        else Describe(context.Output, context.Commands.Find(word));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => words.Count == 1
        ? [.. context.Commands.All.Select(command => command.Name), .. Enum.GetValues<CommandTopic>().Select(topic => topic.Word())]
        : [];

    private static void List(DebuggerContext context, IEnumerable<CommandTopic> topics)
    {
        bool first = true;
        foreach (CommandTopic topic in topics)
        {
            IDebuggerCommand[] commands = [.. context.Commands.All.Where(command => command.Topic == topic)];
            if (commands.Length == 0) continue;
            if (!first) context.Output.Line("");
            first = false;
            context.Output.Heading($"{topic.Title()} ({topic.Word()})");
            foreach (IDebuggerCommand command in commands) context.Output.Line($"  {Words(command),-22} {command.Summary}");
        }
        context.Output.Line("");
        context.Output.Line("'help COMMAND' describes one. A command may be shortened as long as no other begins so.");
    }

    private static void Describe(DebuggerOutput output, IDebuggerCommand command)
    {
        foreach (string form in command.Usage.Split('\n')) output.Heading(form);
        output.Line($"{command.Summary}.");
        foreach (string line in command.Help.Split('\n')) output.Line(line);
        if (command.Aliases.Count > 0) output.Line($"Also: {string.Join(", ", command.Aliases)}");
        output.Line($"Example: {command.Example}");
    }

    private static string Words(IDebuggerCommand command) => string.Join(", ", (string[])[command.Name, .. command.Aliases]);
}
