namespace X64Emu.Cli.Debugger.Commands.General;

/// <summary>gdb's spellings of commands that have names of their own here.</summary>
internal sealed class InfoCommand : IDebuggerCommand
{
    private static readonly Dictionary<string, string> commands = new(StringComparer.Ordinal)
    {
        ["all-registers"] = "regs",
        ["breakpoints"] = "breakpoints",
        ["watchpoints"] = "breakpoints",
        ["display"] = "display",
        ["frame"] = "where",
        ["float"] = "fpu",
        ["inferiors"] = "ps",
        ["irq"] = "irq",
        ["line"] = "line",
        ["mappings"] = "maps",
        ["mem"] = "pagetable",
        ["proc"] = "ps",
        ["program"] = "where",
        ["registers"] = "regs",
        ["source"] = "list",
        ["stack"] = "bt",
        ["symbol"] = "sym",
        ["threads"] = "threads",
        ["tlb"] = "tlb",
        ["vector"] = "ymm",
    };

    /// <inheritdoc/>
    public string Name => "info";

    /// <inheritdoc/>
    public IReadOnlyList<string> Aliases => ["i", "inf"];

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.Console;

    /// <inheritdoc/>
    public string Usage => "info WHAT [ARGUMENTS]";

    /// <inheritdoc/>
    public string Summary => "Runs the command that gdb calls 'info WHAT'";

    /// <inheritdoc/>
    public string Help => "Known are " + string.Join(", ", commands.Select(pair => $"{pair.Key} ({pair.Value})")) + ".";

    /// <inheritdoc/>
    public string Example => "info breakpoints";

    /// <summary>gdb's words and the commands they stand for.</summary>
    public static IReadOnlyDictionary<string, string> Commands => commands;

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        int column = arguments.Column;
        string word = arguments.NeedWord("what to show ('help info' lists it)");
        string[] names = [.. commands.Keys.Where(name => name.StartsWith(word, StringComparison.Ordinal))];
        if (!commands.TryGetValue(word, out string? command))
        {
            string[] targets = [.. names.Select(name => commands[name]).Distinct()];
            if (targets.Length != 1)
            {
                throw new CommandException(targets.Length == 0
                    ? $"column {column}: there is no info '{word}'; 'help info' lists what there is"
                    : $"column {column}: '{word}' could be {string.Join(", ", names)}");
            }
            command = targets[0];
        }
        context.Commands.Find(command).Run(context, arguments);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => words.Count == 1 ? commands.Keys : [];
}
