using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using X64Emu.Cli.Debugger;
using X64Emu.Primitives;

namespace X64Emu.Cli.Options;

/// <summary>The options of <c>debug</c> that choose the console and where it begins.</summary>
internal sealed class DebuggerOptions
{
    private readonly Option<string[]> execute = new("--execute", "-e") { HelpName = "CMD", Description = "Runs a debugger command first. May be repeated; runs in order." };
    private readonly Option<string[]> command = new("--command") { HelpName = "FILE", Description = "Runs the debugger commands in a file, in order with -e. May be repeated." };
    private readonly Option<bool> batch = new("--batch") { Description = "Ends after the commands of -e and --command, at a terminal too." };
    private readonly Option<bool> stopOnError = new("--stop-on-error") { Description = "Ends with status 2 when a command of -e, --command or standard input fails." };
    private readonly Option<bool> echo = new("--echo") { Description = "Writes the prompt and each command before its answer, as in a transcript." };
    private readonly Option<bool> kernelStart = new("--kernel-start") { Description = "Begins at the kernel's first instruction, not the program's." };
    private readonly Option<string?> input = new("--stdin") { HelpName = "FILE", Description = "The program's standard input; without it the terminal while the program runs, or nothing." };
    private readonly Option<string[]> symbols = new("--symbols") { HelpName = "FILE[@ADDR]", Description = "Symbols of another file, loaded at ADDR. May be repeated." };

    /// <summary>Gives the command these options.</summary>
    public void AddTo(Command debug)
    {
        foreach (Option option in new Option[] { execute, command, batch, stopOnError, echo, kernelStart, input, symbols }) debug.Options.Add(option);
    }

    /// <summary>What the user chose.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="instructionLimit">The most instructions a machine runs.</param>
    /// <exception cref="UsageException">A file cannot be read, or an address cannot.</exception>
    public DebuggerSettings Read(ParseResult result, long instructionLimit) => new()
    {
        Commands = ReadCommands(result),
        IsBatch = result.GetValue(batch),
        StopsOnError = result.GetValue(stopOnError),
        Echoes = result.GetValue(echo),
        StartsInKernel = result.GetValue(kernelStart),
        InputFile = result.GetValue(input) is { } file ? ReadInput(file) : null,
        InstructionLimit = instructionLimit,
        Symbols = [.. (result.GetValue(symbols) ?? []).Select(ReadSymbols)],
    };

    private static string ReadInput(string file) => File.Exists(file) ? file : throw new UsageException($"--stdin {file}: no such file");

    private static SymbolFile ReadSymbols(string text)
    {
        int at = text.LastIndexOf('@');
        if (at < 0) return new SymbolFile(text, null);
        string address = text[(at + 1)..];
        string digits = address.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? address[2..] : address;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
            ? new SymbolFile(text[..at], new VirtualAddress(start))
            : throw new UsageException($"--symbols {text}: '{address}' is no hexadecimal address");
    }

    /// <summary>The lines of -e and --command in the order in which both were given.</summary>
    private List<string> ReadCommands(ParseResult result)
    {
        List<string> lines = [];
        Option? option = null;
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) break;
            if (token.Type == TokenType.Option)
            {
                option = token.Value == execute.Name || execute.Aliases.Contains(token.Value) ? execute : token.Value == command.Name ? command : null;
                continue;
            }
            if (option == execute) lines.Add(token.Value);
            else if (option == command) lines.AddRange(ReadFile(token.Value));
            option = null;
        }
        return lines;
    }

    private static List<string> ReadFile(string file)
    {
        try
        {
            ScriptLines script = ScriptLines.FromFile(file);
            List<string> lines = [];
            while (script.ReadLine() is { } line) lines.Add(line);
            return lines;
        }
        catch (CommandException failure)
        {
            throw new UsageException($"--command: {failure.Message}");
        }
    }
}
