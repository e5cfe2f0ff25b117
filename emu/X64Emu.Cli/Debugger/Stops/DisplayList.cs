namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Commands that run at each stop, such as <c>print rax</c> and <c>x/4i rip</c>.</summary>
/// <param name="context">The session and the console.</param>
internal sealed class DisplayList(DebuggerContext context)
{
    private readonly SortedDictionary<int, string> commands = [];
    private int lastNumber;

    /// <summary>Numbers and commands, in order.</summary>
    public IReadOnlyCollection<KeyValuePair<int, string>> All => commands;

    /// <summary>Adds a command and returns its number.</summary>
    public int Add(string command)
    {
        commands.Add(++lastNumber, command);
        return lastNumber;
    }

    /// <summary>Takes one out; false when there is none of that number.</summary>
    public bool Remove(int number) => commands.Remove(number);

    /// <summary>Takes all out.</summary>
    public void Clear() => commands.Clear();

    /// <summary>Runs all of them. One that fails says so, and the others go on.</summary>
    public void Show()
    {
        foreach ((int number, string command) in commands) Show(number, command);
    }

    /// <summary>Runs one.</summary>
    public void Show(int number, string command)
    {
        try
        {
            context.Output.Line($"{number}: {command}");
            CommandCall call = CommandCall.Parse(command, context.Commands);
            call.Command.Run(context, call.Arguments);
        }
        catch (CommandException failure)
        {
            context.Output.Line($"   {failure.Message}");
        }
    }
}
