namespace X64Emu.Cli.Reports;

/// <summary>The events the user asked for with -e, in that order.</summary>
internal static class EventSelection
{
    // perf's other names for the same events.
    private static readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal)
    {
        ["faults"] = "page-faults",
        ["cs"] = "context-switches",
    };

    /// <summary>Reads a list of names separated by commas.</summary>
    /// <param name="list">What the user wrote.</param>
    /// <param name="known">All events there are.</param>
    /// <exception cref="UsageException">A name is empty or unknown.</exception>
    public static IReadOnlyList<string> Parse(string list, IEnumerable<string> known)
    {
        HashSet<string> names = [.. known];
        List<string> chosen = [];
        foreach (string word in list.Split(','))
        {
            string name = aliases.GetValueOrDefault(word, word);
            if (!names.Contains(name)) throw new UsageException($"-e {list}: no event '{word}'; the events are {string.Join(", ", names)}");
            if (!chosen.Contains(name)) chosen.Add(name);
        }
        return chosen;
    }

    /// <summary>The report with the chosen events alone.</summary>
    public static StatReport Apply(StatReport report, IReadOnlyList<string> chosen) =>
        report with { Events = [.. chosen.Select(name => report.Events.First(count => count.Name == name))] };
}
