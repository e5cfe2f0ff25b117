using System.CommandLine;

namespace X64Emu.Cli.Options;

/// <summary>PROGRAM [ARG...], as the commands that run programs have it.</summary>
internal sealed class ProgramArgument
{
    private const string Name = "PROGRAM [ARG...]";
    private readonly Argument<string[]> words = new(Name)
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "An x86-64 ELF program and its arguments. A bare name is looked for here, then in the program's PATH.",
    };

    /// <summary>Corrects what the library says of this argument in a help text: that it may be left out, and that options may follow it, which are the program's.</summary>
    public static string InHelp(string help) =>
        help.Replace($"[<{Name}>...] [options]", $"[options] {Name}", StringComparison.Ordinal).Replace($"<{Name}>", $"{Name}  ", StringComparison.Ordinal);

    /// <summary>Gives the command this argument.</summary>
    public void AddTo(Command command) => command.Arguments.Add(words);

    /// <summary>The program and its arguments; at least one word.</summary>
    /// <exception cref="UsageException">No program was named.</exception>
    public IReadOnlyList<string> Read(ParseResult result) =>
        result.GetValue(words) is { Length: > 0 } given && given[0].Length > 0
            ? given
            : throw new UsageException($"which program? write x64emu {result.CommandResult.Command.Name} [options] {Name}");
}
