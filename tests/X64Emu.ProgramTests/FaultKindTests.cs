using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>
/// Faults of one kind at a time: the machine counts them under their name, as often as the program made them, and the kernel's own counters agree. What
/// belongs to page-faults, to minor-faults and to pgfault was compared with perf and /proc/vmstat of Linux 6.18.
/// </summary>
public sealed class FaultKindTests
{
    private const int Faults = 40;
    private static readonly string[] options = ["--swap", "64M"];

    /// <param name="kind">What the program does.</param>
    /// <param name="counted">The event that counts it.</param>
    /// <param name="isServed">Whether the fault brings a page, so that it is minor or major.</param>
    /// <param name="reachesAnArea">Whether pgfault counts it.</param>
    [Theory]
    [InlineData("demand-zero", "page-faults.demand-zero", true, true)]
    [InlineData("kernel", "exceptions:page_fault_kernel", true, true)]
    [InlineData("huge", "huge-page-faults", true, true)]
    [InlineData("hugetlb", "hugetlb-page-faults", true, true)]
    [InlineData("segv", "page-faults.segv", false, false)]
    [InlineData("read-only", "page-faults.segv", false, false)]
    [InlineData("bus", "page-faults.bus", false, true)]
    [InlineData("efault", "page-faults.efault", false, false)]
    [InlineData("efault-bus", "page-faults.efault", false, true)]
    [InlineData("vsyscall", "page-faults.vsyscall", false, false)]
    public void Faults_OfOneKind_AreCountedByMachineAndKernel(string kind, string counted, bool isServed, bool reachesAnArea)
    {
        (StatRun none, StatRun run, Dictionary<string, long> kernel) = Run(kind);
        Assert.Equal(Faults, run[counted] - none[counted]);
        Assert.Equal(Faults, run["page-faults"] - none["page-faults"]);
        Assert.Equal(isServed ? Faults : 0, run["minor-faults"] - none["minor-faults"]);
        Assert.Equal(none["major-faults"], run["major-faults"]);
        Assert.Equal(reachesAnArea ? Faults : 0, kernel["pgfault"]);
        Assert.Equal(0, kernel["pgmajfault"]);
        Assert.Equal(kind == "huge" ? Faults : 0, kernel["thp_fault_alloc"]);
    }

    [Fact]
    public void Faults_OnPagesInSwapSpace_AreMajorAndCountedByMachineAndKernel()
    {
        (StatRun none, StatRun run, Dictionary<string, long> kernel) = Run("swap-in");
        Assert.Equal(Faults, run["page-faults.swap-in"]);
        Assert.Equal(Faults, run["major-faults"] - none["major-faults"]);
        Assert.Equal((Faults, Faults, Faults), (kernel["pgfault"], kernel["pgmajfault"], kernel["pswpin"]));
    }

    /// <summary>No area can be there: Linux does not count it as a page fault of the program either, though the processor raises one.</summary>
    [Fact]
    public void Faults_OnKernelAddresses_AreExceptionsAlone()
    {
        (StatRun none, StatRun run, Dictionary<string, long> kernel) = Run("kernel-half");
        Assert.Equal(none["page-faults"], run["page-faults"]);
        Assert.Equal(Faults, run["page-fault-exceptions"] - none["page-fault-exceptions"]);
        Assert.Equal(0, kernel["pgfault"]);
    }

    /// <summary>They run again when a process was killed for them, and count then.</summary>
    [RequiresToolFact("busybox", "busybox-static")]
    public void Faults_ForWhichThereIsNoMemory_AreNeitherMinorNorMajor()
    {
        string folder = Path.GetDirectoryName(CompiledProgram.Glibc("memory-hog"))!;
        StatRun run = StatRun.Of(
            HostTool.Require("busybox", "busybox-static"), ["sh", "-c", "/programs/memory-hog 100; echo $?"], ["-m", "32M", "--mount", $"{folder}:/programs"]);
        Assert.Equal("137\n", run.Result.StandardOutput);
        Assert.InRange(run["page-faults.out-of-memory"], 1, 10);
        Assert.Equal(run["page-faults"], run["minor-faults"] + run["major-faults"] + run["page-faults.out-of-memory"]);
    }

    private static (StatRun None, StatRun Run, Dictionary<string, long> Kernel) Run(string kind)
    {
        string program = CompiledProgram.Glibc("fault-kinds");
        string number = Faults.ToString(CultureInfo.InvariantCulture);
        StatRun none = StatRun.Of(program, ["none", number], options), run = StatRun.Of(program, [kind, number], options);
        Assert.Equal(("", 0), (run.Result.StandardError, run.Result.ExitStatus));
        Dictionary<string, long> kernel = run.Result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
        return (none, run, kernel);
    }
}
