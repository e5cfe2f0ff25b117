namespace X64Emu.Cli.Debugger;

/// <summary>A command line taken apart.</summary>
/// <param name="Command">The command it calls.</param>
/// <param name="Arguments">What follows.</param>
internal sealed record CommandCall(IDebuggerCommand Command, CommandArguments Arguments)
{
    /// <summary>Takes a line apart: the name ends at a blank, or at a slash for commands that take a format.</summary>
    /// <exception cref="CommandException">There is no such command, or it takes no format.</exception>
    public static CommandCall Parse(string line, CommandRegistry commands)
    {
        int start = line.Length - line.TrimStart().Length, end = start;
        while (end < line.Length && !char.IsWhiteSpace(line[end])) end++;
        string word = line[start..end];
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        IDebuggerCommand command = commands.Find(slash < 0 ? word : word[..slash]);
        if (slash >= 0 && !command.TakesFormat) throw new CommandException($"{command.Name} takes no format ('{word[slash..]}')");
        return new CommandCall(command, new CommandArguments(line, end, slash < 0 ? null : word[(slash + 1)..]));
    }
}
