using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What demand paging and copy-on-write cost, counted.</summary>
public sealed class FaultCountTests
{
    private const int Pages = 25_600;   // 100 MiB

    [Fact]
    public void DemandPaging_HundredMebibytes_FaultsOncePerPage()
    {
        StatRun run = StatRun.Of(Repository.Sample("demand-paging"), ["100"]);
        Assert.InRange(run["page-faults"], Pages, Pages + Pages / 100);
        Assert.InRange(run["page-faults.demand-zero"], Pages, Pages + Pages / 100);
    }

    [RequiresToolFact("perf", "linux-perf")]
    public void DemandPaging_BesideLinux_FaultsWithinOnePercent()
    {
        string sample = Repository.Sample("demand-paging");
        ProgramResult perf = HostProcess.Run(HostTool.Require("perf", "linux-perf"), ["stat", "-x;", "-e", "page-faults", sample, "100"]);
        if (!long.TryParse(perf.StandardError.Split(';')[0], out long native)) return;  // perf is there but may not count here
        Assert.InRange(StatRun.Of(sample, ["100"])["page-faults"], native - native / 100, native + native / 100);
    }

    [Fact]
    public void Fork_OfHundredMebibytes_CopiesAlmostNothing()
    {
        StatRun run = StatRun.Of(CompiledProgram.Glibc("fork-copies"), [$"{Pages}", "0"]);
        Assert.Equal(0, run.Result.ExitStatus);
        Assert.InRange(run["page-faults.cow"], 0, Pages * 2 / 100);
    }

    [Fact]
    public void CopyOnWrite_EachFirstWrite_CopiesOnePageAndInvalidatesIt()
    {
        const int writes = 5000;
        StatRun none = StatRun.Of(CompiledProgram.Glibc("fork-copies"), [$"{Pages}", "0"]);
        StatRun some = StatRun.Of(CompiledProgram.Glibc("fork-copies"), [$"{Pages}", $"{writes}"]);
        Assert.Equal(none["page-faults.cow"] + writes, some["page-faults.cow"]);
        Assert.InRange(some["invlpg"] - none["invlpg"], writes, long.MaxValue);
    }
}
