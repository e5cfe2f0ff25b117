using System.Globalization;

namespace X64Emu.ProgramTests.Running;

/// <summary>A program run with `x64emu stat`, and what was counted.</summary>
internal sealed record StatRun(ProgramResult Result, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>How often the event happened.</summary>
    public long this[string eventName] => Counts[eventName];

    /// <summary>`x64emu stat OPTIONS PATH ARGUMENTS`.</summary>
    public static StatRun Of(string path, IEnumerable<string>? arguments = null, IEnumerable<string>? options = null, string standardInput = "", TimeSpan? timeout = null)
    {
        string file = Path.GetTempFileName();
        try
        {
            string[] words = ["stat", "-x;", "-o", file, .. options ?? [], path, .. arguments ?? []];
            ProgramResult result = EmulatedProgram.Command(words, standardInput, timeout);
            return new StatRun(result, File.ReadLines(file).Select(line => line.Split(';')).ToDictionary(fields => fields[2], Value));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static long Value(string[] fields) => long.Parse(fields[0], CultureInfo.InvariantCulture);
}
