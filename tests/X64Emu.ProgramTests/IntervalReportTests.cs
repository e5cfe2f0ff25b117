using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>`stat -I`: the counts of a whole run, cut into intervals.</summary>
public sealed class IntervalReportTests
{
    [Fact]
    public void Intervals_OfARun_SumUpToTheCountsOfTheWhole()
    {
        string program = Repository.Sample("sieve");
        StatRun whole = StatRun.Of(program);
        string[][] lines = Lines("1", program);
        Assert.All(lines.GroupBy(fields => fields[3]), one => Assert.Equal(whole[one.Key], one.Sum(fields => long.Parse(fields[1], CultureInfo.InvariantCulture))));
        Assert.Equal(whole.Counts.Keys.Order(StringComparer.Ordinal), lines.Select(fields => fields[3]).Distinct().Order(StringComparer.Ordinal));
        Assert.True(lines.Select(fields => fields[0]).Distinct().Count() >= 5);
    }

    [Fact]
    public void Intervals_OfTheSameRunTwice_AreTheSame() =>
        Assert.Equal(Lines("3", Repository.Sample("cow-fork")), Lines("3", Repository.Sample("cow-fork")));

    [RequiresToolFact("busybox", "busybox-static")]
    public void Intervals_OfASleepingProgram_EndOnTheSecond()
    {
        string[] times = [.. Lines("1000", "/bin/busybox", "sleep", "2.5").Select(fields => fields[0].Trim()).Distinct()];
        Assert.Equal(["1.000000000", "2.000000000"], times[..2]);
        Assert.StartsWith("2.50", Assert.Single(times[2..]), StringComparison.Ordinal);
    }

    private static string[][] Lines(string milliseconds, params string[] command)
    {
        string file = Path.GetTempFileName();
        try
        {
            ProgramResult result = EmulatedProgram.Command(["stat", "-x;", "-I", milliseconds, "-o", file, .. command]);
            Assert.Equal(("", 0), (result.StandardError, result.ExitStatus));
            return [.. File.ReadLines(file).Select(line => line.Split(';'))];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
