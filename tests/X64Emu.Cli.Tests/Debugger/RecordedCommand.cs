using X64Emu.Cli.Debugger;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>A command that remembers how it was called.</summary>
internal sealed class RecordedCommand(string name, bool repeats = false, bool takesFormat = false, params string[] aliases) : IDebuggerCommand
{
    public List<string> Calls { get; } = [];

    public string Name => name;

    public IReadOnlyList<string> Aliases => aliases;

    public CommandTopic Topic => CommandTopic.Console;

    public string Usage => name;

    public string Summary => $"Remembers {name}";

    public string Help => "For tests.";

    public string Example => name;

    public bool RepeatsOnEmptyLine => repeats;

    public bool TakesFormat => takesFormat;

    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        if (arguments.Rest == "fail") throw new CommandException("it failed");
        Calls.Add(arguments.Format is { } format ? $"/{format} {arguments.Rest}" : arguments.Rest);
    }
}
