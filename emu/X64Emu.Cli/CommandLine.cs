using System.CommandLine;
using System.CommandLine.Help;
using X64Emu.Boot;
using X64Emu.Cli.Commands;
using X64Emu.Cli.Options;

namespace X64Emu.Cli;

/// <summary>The tool from its command line to its exit status. Whatever goes wrong ends in one line on standard error.</summary>
internal static class CommandLine
{
    /// <summary>The environment variable that lets unexpected exceptions show where they came from.</summary>
    public const string StackTraceVariable = "X64EMU_STACK_TRACE";

    /// <summary>Runs one command and returns the tool's exit status.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        try
        {
            return Invoke(words);
        }
        catch (Exception failure) when (failure is UsageException or BootImageException)
        {
            return Fail(failure.Message, ExitStatus.Usage);
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable(StackTraceVariable) is null)
        {
            // A bug of the emulator, or a host that is out of memory or disk: the user gets a line, the developer asks for more.
            return Fail($"internal error: {failure.GetType().Name}: {OneLine(failure.Message)} (set {StackTraceVariable}=1 to see where)", ExitStatus.EmulatorLimit);
        }
    }

    private static int Invoke(IReadOnlyList<string> words)
    {
        // Not a RootCommand, which help would call by the assembly's name.
        Command root = new("x64emu", "Runs x86-64 ELF programs on a guest kernel inside an emulated machine.")
        {
            Options = { new HelpOption(), new VersionOption() },
        };
        Command[] commands =
            [RunCommand.Create(), StatCommand.Create(), TraceCommand.Create(), DebugCommand.Create(), GdbCommand.Create(), BootCommand.Create(), IsaCommand.Create()];
        foreach (Command command in commands)
            root.Subcommands.Add(command);
        ParseResult result = root.Parse(SeparateProgram(words, root), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0) return Fail($"{OneLine(result.Errors[0].Message)} ('x64emu --help' shows what there is)", ExitStatus.Usage);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return result.Action is HelpAction ? ShowHelp(result, configuration) : result.Invoke(configuration);
    }

    private static int ShowHelp(ParseResult result, InvocationConfiguration configuration)
    {
        using StringWriter help = new();
        configuration.Output = help;
        int status = result.Invoke(configuration);
        Console.Out.Write(ProgramArgument.InHelp(help.ToString()));
        return status;
    }

    private static IReadOnlyList<string> SeparateProgram(IReadOnlyList<string> words, Command root)
    {
        if (words.Count == 0 || words[0] is not (RunCommand.Name or StatCommand.Name or TraceCommand.Name or DebugCommand.Name or GdbCommand.Name)) return words;
        Command command = root.Subcommands.First(candidate => candidate.Name == words[0]);
        return [words[0], .. ProgramSeparator.Insert([.. words.Skip(1)], command)];
    }

    private static int Fail(string message, int exitStatus)
    {
        Console.Error.WriteLine($"x64emu: {message}");
        return exitStatus;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
