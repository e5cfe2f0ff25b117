using System.CommandLine;
using System.Globalization;
using X64Emu.Cli.Reports;

namespace X64Emu.Cli.Options;

/// <summary>How and where a report is printed.</summary>
/// <param name="Format">The layout.</param>
/// <param name="OutputFile">The file it goes to; null for standard error.</param>
/// <param name="Events">The events to print; null for all.</param>
/// <param name="IntervalNanoseconds">The virtual time between two reports while the program runs; null for one report at its end.</param>
internal sealed record ReportSettings(IStatFormat Format, string? OutputFile, IReadOnlyList<string>? Events, long? IntervalNanoseconds)
{
    /// <summary>Opens what the report goes to, before the program runs, so that a path that cannot be written costs nothing.</summary>
    /// <exception cref="UsageException">The file cannot be created.</exception>
    public TextWriter OpenOutput()
    {
        if (OutputFile is null) return new StreamWriter(Console.OpenStandardError());
        try
        {
            return new StreamWriter(OutputFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UsageException($"-o {OutputFile} cannot be written: {failure.Message.TrimEnd('.')}");
        }
    }
}

/// <summary>The options of <c>stat</c> that choose the report; their names are those of perf stat.</summary>
internal sealed class ReportOptions
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private readonly Option<string?> separator = new("--field-separator", "-x") { HelpName = "SEP", Description = "Prints fields separated by SEP." };
    private readonly Option<bool> json = new("--json-output", "-j") { Description = "Prints a JSON object for each event." };
    private readonly Option<string?> file = new("--output", "-o") { HelpName = "FILE", Description = "Prints into a file." };
    private readonly Option<string[]> events = new("--event", "-e") { HelpName = "LIST", Description = "Prints these events only, separated by commas." };
    private readonly Option<string?> interval = new("--interval-print", "-I")
    {
        HelpName = "MILLISECONDS",
        Description = "Prints the counts of each interval of virtual time while the program runs, in place of those of the whole run at its end.",
    };

    /// <summary>Gives the command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { separator, json, file, events, interval }) command.Options.Add(option);
    }

    /// <summary>What the user chose.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="known">The names of all events.</param>
    /// <exception cref="UsageException">An event is unknown, or two layouts were asked for.</exception>
    public ReportSettings Read(ParseResult result, IEnumerable<string> known)
    {
        string? fields = result.GetValue(separator);
        bool isJson = result.GetValue(json);
        if (fields is not null && isJson) throw new UsageException("-x and -j exclude each other");
        long? nanoseconds = result.GetValue(interval) is { } milliseconds ? ReadInterval(milliseconds) : null;
        IStatFormat format = isJson ? new JsonLines()
            : fields is not null ? new SeparatedFields(fields)
            : nanoseconds is not null ? new PerfIntervalTable()
            : new PerfTable();
        string[] lists = result.GetValue(events) ?? [];
        return new ReportSettings(format, result.GetValue(file), lists.Length == 0 ? null : EventSelection.Parse(string.Join(',', lists), known), nanoseconds);
    }

    private static long ReadInterval(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0
            ? milliseconds * NanosecondsPerMillisecond
            : throw new UsageException($"-I {text}: write the length of an interval in milliseconds, a whole number from 1 to {int.MaxValue}");
}
