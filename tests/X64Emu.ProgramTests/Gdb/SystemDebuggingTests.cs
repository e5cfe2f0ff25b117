using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>What other stubs cannot do: processes as inferiors, the kernel below them, the machine's own reports.</summary>
public sealed partial class SystemDebuggingTests
{
    private const string PageFaultHandler = "kernel_GuestOs_Mm_PageFault__Handle";
    private static readonly string fork = CompiledProgram.Debuggable("debug-fork");
    private static readonly string steps = CompiledProgram.Debuggable("debug-steps");

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Fork_BothKept_AreInferiorsWithMemoryOfTheirOwn()
    {
        GdbResult result = GdbRun.Session(fork,
        [
            "set detach-on-fork off", "set schedule-multiple on", "break in_child", "break in_parent", "continue", "info inferiors", "finish", "print value",
            "continue", "inferior 1", "continue", "print value", "info threads", "delete", "continue",
        ]);
        Assert.Contains("hit Breakpoint 1", result.Text, StringComparison.Ordinal);
        Assert.Matches(@"\n  1 +process \d+ +\d* *\(?.*debug-fork-debug", result.Text);
        Assert.Matches(@"\n\* 2 +process \d+ +.*debug-fork-debug", result.Text);
        Assert.Contains("$1 = 100", result.Text, StringComparison.Ordinal);
        Assert.Contains("exited with code 07]", result.Text, StringComparison.Ordinal);
        Assert.Contains("$2 = 1\n", result.Text, StringComparison.Ordinal);
        Assert.Equal((0, "value 8\n"), (result.Tool.ExitStatus, result.Tool.StandardOutput));
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Fork_ChildDetached_RunsFree()
    {
        GdbResult result = GdbRun.Session(fork, ["break in_child", "break in_parent", "continue", "print status", "continue"]);
        Assert.Contains("[Detaching after fork from child process ", result.Text, StringComparison.Ordinal);
        Assert.Contains("Breakpoint 2, in_parent (status=7)", result.Text, StringComparison.Ordinal);
        Assert.Equal("value 8\n", result.Tool.StandardOutput);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Fork_ChildFollowed_IsStoppedInTheChild()
    {
        GdbResult result = GdbRun.Session(fork, ["set follow-fork-mode child", "break in_child", "continue", "print value", "continue"]);
        Assert.Contains("hit Breakpoint 1", result.Text, StringComparison.Ordinal);
        Assert.Contains("$1 = 1", result.Text, StringComparison.Ordinal);
        Assert.Contains("exited with code 07]", result.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Exec_Followed_StopsAtTheNewProgram()
    {
        GdbResult result = GdbRun.Session(
            fork,
            ["set follow-fork-mode child", "catch exec", "continue", "backtrace", "break main", "continue", "print argv[1]", "delete", "continue"],
            ["x"]);
        Assert.Contains("is executing new program: ", result.Text, StringComparison.Ordinal);
        Assert.Contains("in _start ()", result.Text, StringComparison.Ordinal);
        Assert.Contains("\"other\"", result.Text, StringComparison.Ordinal);
        Assert.Contains("exited with code 011]", result.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Kernel_BreakpointInPageFaultHandler_ShowsKernelAndProgram()
    {
        GdbResult result = GdbRun.Session(steps,
        [
            $"add-symbol-file {Repository.Kernel}", "break main", "continue", $"break {PageFaultHandler}", "continue", "backtrace 3", "print/x $cs", "x/2i $pc",
            "x/2gx $rsp", "stepi", "info registers rip", "delete", "continue",
        ]);
        Assert.Contains($"{PageFaultHandler} ", result.Text, StringComparison.Ordinal);
        Assert.Matches($@"#0 .*{PageFaultHandler}", result.Text);
        Assert.Matches(@"\nrip +0xffffffff8", result.Text);
        Assert.Contains("$1 = 0x8\n", result.Text, StringComparison.Ordinal);
        Assert.Equal(46, result.Tool.ExitStatus);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Monitor_Commands_AnswerInText()
    {
        GdbResult result = GdbRun.Session(steps,
        [
            "break add", "continue", "monitor help", "monitor ps", "monitor pt total", "monitor maps", "monitor tlb", "monitor faults", "monitor stat",
            "monitor nonsense", "monitor pt", "kill",
        ]);
        foreach (string command in (string[])["cow", "faults", "frame", "help", "maps", "ps", "pt", "stat", "tlb"])
            Assert.Matches($@"(?m)^{command}( |$)", result.Text);
        Assert.Contains("debug-steps-deb", result.Text, StringComparison.Ordinal);
        Assert.Contains("PML4", result.Text, StringComparison.Ordinal);
        Assert.Contains("[stack]", result.Text, StringComparison.Ordinal);
        Assert.Contains("demand-zero", result.Text, StringComparison.Ordinal);
        Assert.Contains("page-faults", result.Text, StringComparison.Ordinal);
        Assert.Contains("no monitor command nonsense; 'monitor help' lists them", result.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Counts_AfterManyStops_AreThoseOfAQuietRun()
    {
        string[] busy =
        [
            "break add", "watch total", "continue", .. Enumerable.Repeat("stepi", 40), "info registers", "x/16i $pc", "monitor maps", "monitor tlb",
            "continue", "continue", "delete",
        ];
        string[] last = ["break getppid", "continue", "monitor stat", "kill"];
        string quiet = Counts(last), stopped = Counts([.. busy, .. last]);
        Assert.Contains("iTLB-loads", quiet, StringComparison.Ordinal);
        Assert.Equal(quiet, stopped);

        static string Counts(string[] commands) => string.Join('\n', CountLine().Matches(GdbRun.Session(steps, commands).Text).Select(match => match.Value));
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void PhysicalMemory_ByPacket_IsRam()
    {
        // The kernel image lies at 1 MiB and is mapped at its link address as well.
        GdbResult result = GdbRun.Session(steps,
            ["maint packet Qqemu.PhyMemMode:1", "x/1gx 0x100000", "maint packet Qqemu.PhyMemMode:0", "x/1gx 0xffff888000100000", "kill"]);
        string[] words = [.. Word().Matches(result.Text).Select(match => match.Groups[1].Value)];
        Assert.Equal(2, words.Length);
        Assert.Equal(words[0], words[1]);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void ReverseStep_AfterSteps_IsWhereItWas()
    {
        GdbResult result = GdbRun.Session(
            steps, ["break add", "continue", "stepi", "print/x $pc", "stepi", "reverse-stepi", "print/x $pc", "delete", "continue"]);
        string[] places = [.. Place().Matches(result.Text).Select(match => match.Groups[1].Value)];
        Assert.Equal(places[0], places[1]);
        Assert.Equal(46, result.Tool.ExitStatus);
    }

    [GeneratedRegex(@"(?m)^0x[0-9a-f]+:\t(0x[0-9a-f]{16})$")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?m)^ +[\d,]+  [\w:.-]+$")]
    private static partial Regex CountLine();

    [GeneratedRegex(@"(?m)^\$\d+ = (0x[0-9a-f]+)$")]
    private static partial Regex Place();
}
