using System.Reflection;

namespace X64Emu.Cli.Debugger;

/// <summary>Every command of the console, found by name, alias or unambiguous prefix.</summary>
internal sealed class CommandRegistry
{
    private readonly Dictionary<string, IDebuggerCommand> byWord = new(StringComparer.Ordinal);

    /// <summary>Makes a console's commands.</summary>
    /// <exception cref="ArgumentException">Two commands have the same name or alias.</exception>
    public CommandRegistry(IEnumerable<IDebuggerCommand> commands)
    {
        All = [.. commands.OrderBy(command => command.Topic).ThenBy(command => command.Name, StringComparer.Ordinal)];
        foreach (IDebuggerCommand command in All)
        {
            foreach (string word in (string[])[command.Name, .. command.Aliases])
            {
                if (!byWord.TryAdd(word, command)) throw new ArgumentException($"'{word}' names both {byWord[word].Name} and {command.Name}", nameof(commands));
            }
        }
    }

    /// <summary>All commands, by topic and name.</summary>
    public IReadOnlyList<IDebuggerCommand> All { get; }

    /// <summary>Makes one of each command class of the tool.</summary>
    public static CommandRegistry Create() => new(
        typeof(CommandRegistry).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IDebuggerCommand)))
            .Where(type => type.GetConstructor(BindingFlags.Public | BindingFlags.Instance, []) is not null)
            .Select(type => (IDebuggerCommand)Activator.CreateInstance(type)!));

    /// <summary>The command a word calls.</summary>
    /// <exception cref="CommandException">There is none, or several begin with the word.</exception>
    public IDebuggerCommand Find(string word)
    {
        if (byWord.TryGetValue(word, out IDebuggerCommand? command)) return command;
        IDebuggerCommand[] candidates = [.. All.Where(candidate => Words(candidate).Any(name => name.StartsWith(word, StringComparison.Ordinal)))];
        return candidates.Length switch
        {
            1 => candidates[0],
            0 => throw new CommandException($"there is no command '{word}'; 'help' lists them"),
            _ => throw new CommandException($"'{word}' could be {string.Join(", ", candidates.Select(candidate => candidate.Name))}"),
        };
    }

    /// <summary>The names that begin with a prefix, for the Tab key.</summary>
    public IEnumerable<string> Complete(string prefix) =>
        All.Select(command => command.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Words(IDebuggerCommand command) => [command.Name, .. command.Aliases];
}
