using System.CommandLine;
using System.Globalization;

namespace X64Emu.Cli.Options;

/// <summary>How gdb is to reach the tool.</summary>
/// <param name="Port">The TCP port to listen on; null for standard input and output.</param>
/// <param name="InputFile">What the program reads from its standard input; null for nothing.</param>
internal sealed record GdbSettings(int? Port, string? InputFile);

/// <summary>The options of <c>x64emu gdb</c>.</summary>
internal sealed class GdbOptions
{
    private const int LastPort = 65535;

    private readonly Option<string?> port = new("--port")
    {
        HelpName = "N",
        Description = "Waits on TCP port N of this computer alone for gdb's 'target remote :N'; 0 takes a free port and says which.",
    };
    private readonly Option<bool> stdio = new("--stdio")
    {
        Description = "Talks to gdb through standard input and output: 'target remote | x64emu gdb --stdio PROGRAM'.",
    };
    private readonly Option<string?> input = new("--stdin")
    {
        HelpName = "FILE",
        Description = "What the program reads from its standard input; nothing if not given.",
    };

    /// <summary>Gives the command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { port, stdio, input }) command.Options.Add(option);
    }

    /// <summary>What the user chose.</summary>
    /// <exception cref="UsageException">Neither way or both ways, a number that is no port, or no such file.</exception>
    public GdbSettings Read(ParseResult result)
    {
        string? number = result.GetValue(port);
        if (result.GetValue(stdio) == number is not null)
            throw new UsageException(number is null ? "gdb: give --port N, or --stdio" : "gdb: --port and --stdio do not go together");
        string? file = result.GetValue(input);
        if (file is not null && !File.Exists(file)) throw new UsageException($"--stdin {file}: no such file");
        return new GdbSettings(number is null ? null : ReadPort(number), file);
    }

    private static int ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= LastPort
            ? value
            : throw new UsageException($"--port {text}: write a number from 0 to {LastPort}");
}
