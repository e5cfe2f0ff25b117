using System.Diagnostics;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>What people do with gdb all day, by gdb itself on a statically linked program.</summary>
public sealed class ProgramDebuggingTests
{
    private static readonly string steps = CompiledProgram.Debuggable("debug-steps");

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Breakpoint_InFunction_ShowsFramesAndVariables()
    {
        GdbResult result = GdbRun.Session(steps, ["break add", "continue", "backtrace", "info locals", "print right", "finish", "delete", "continue"], ["me"]);
        Assert.Contains("Breakpoint 1, add (left=0, right=1) at", result.Text, StringComparison.Ordinal);
        Assert.Matches(@"#0  add \(left=0, right=1\) at .*debug-steps\.c:\d+\n#1  0x[0-9a-f]+ in main \(argc=2, argv=0x7ff[0-9a-f]+\) at ", result.Text);
        Assert.Contains("$1 = 1", result.Text, StringComparison.Ordinal);
        Assert.Contains("Value returned is $2 = 1", result.Text, StringComparison.Ordinal);
        Assert.Contains("[Inferior 1 (process ", result.Text, StringComparison.Ordinal);
        Assert.Contains("exited with code 056]", result.Text, StringComparison.Ordinal);
        Assert.Equal(new ProgramResult(46, "me: sum 6, total 11\n", result.Tool.StandardError), result.Tool);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void HardwareBreakpoint_WithoutSymbolFile_IsFoundThroughTheTarget()
    {
        using GdbRun run = new(steps);
        string text = run.Batch(null, ["hbreak main", "continue", "info registers rip", "kill"]);
        Assert.Contains("Breakpoint 1, main (argc=1, argv=0x7ff", text, StringComparison.Ordinal);
        Assert.Contains("<main+", text, StringComparison.Ordinal);
        Assert.Equal(137, run.Finish().ExitStatus);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Watchpoint_OnVariable_ShowsOldAndNewValue()
    {
        GdbResult result = GdbRun.Session(steps, ["watch total", "continue", "continue", "rwatch ratio", "delete 1", "info watchpoints", "delete", "continue"]);
        Assert.Contains("Hardware watchpoint 1: total", result.Text, StringComparison.Ordinal);
        Assert.Contains("Old value = 0\nNew value = 2\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("Old value = 2\nNew value = 11\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("read watchpoint keep y                      ratio", result.Text, StringComparison.Ordinal);
        Assert.Contains("sum 6, total 11", result.Tool.StandardOutput, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Step_OverSystemCall_EndsBehindIt()
    {
        GdbResult result = GdbRun.Session(
            steps, ["break getppid", "continue", "stepi", "x/i $pc", "stepi", "x/i $pc", "info registers rax", "info line *$pc", "delete", "continue"]);
        string[] instructions = [.. result.Text.Split('\n').Where(line => line.StartsWith("=> ", StringComparison.Ordinal))];
        Assert.Contains("syscall", string.Concat(instructions), StringComparison.Ordinal);
        Assert.Contains("ret", instructions[^1], StringComparison.Ordinal);
        Assert.Equal(46, result.Tool.ExitStatus);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Next_ThroughMain_ReachesTheEnd()
    {
        GdbResult result = GdbRun.Session(
            steps, ["break main", "continue", "next", "next", "next", "next", "next", "next", "next", "next", "next", "next", "next", "next", "continue"]);
        Assert.Contains("getppid();", result.Text, StringComparison.Ordinal);
        Assert.Contains("return 40 + sum;", result.Text, StringComparison.Ordinal);
        Assert.Contains("exited with code 056]", result.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Registers_AllOfThem_AreReadAndWritten()
    {
        GdbResult result = GdbRun.Session(steps,
        [
            "break add", "continue", "info registers", "info registers xmm0 mxcsr st0 fctrl ymm1 fs_base cr3", "print $cr0", "set var $xmm3.v2_double[1] = 1.5",
            "print $xmm3.v2_double", "set var $ymm3.v4_int64[3] = 77", "print $ymm3.v4_int64", "set var $r12 = 0x1234", "print/x $r12", "set var right = 10",
            "set var $st0 = 2.5", "print $st0", "print $eflags", "delete", "continue",
        ]);
        Assert.Matches(@"\nrip +0x[0-9a-f]+ +0x[0-9a-f]+ <add\+\d+>\n", result.Text);
        Assert.Matches(@"\ncs +0x33 +51\n", result.Text);
        Assert.Matches(@"\nmxcsr +0x1f\w\w +\[", result.Text);
        Assert.Contains("= [ PG WP NE ET MP PE ]", result.Text, StringComparison.Ordinal);
        Assert.Contains(", 1.5}", result.Text, StringComparison.Ordinal);
        Assert.Contains(", 77}", result.Text, StringComparison.Ordinal);
        Assert.Contains("= 0x1234\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("= 2.5\n", result.Text, StringComparison.Ordinal);
        // add(0, 10), add(10, 2), add(12, 3)
        Assert.Contains("sum 15, total 56", result.Tool.StandardOutput, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Call_OfGuestFunction_ReturnsItsValue()
    {
        GdbResult result = GdbRun.Session(steps, ["break main", "continue", "print add(20, 3)", "print total", "print (int)getppid()", "continue"]);
        Assert.Contains("$1 = 23", result.Text, StringComparison.Ordinal);
        Assert.Contains("$2 = 60", result.Text, StringComparison.Ordinal);
        Assert.Contains("sum 6, total 71", result.Tool.StandardOutput, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Detach_Program_RunsOnToItsEnd()
    {
        GdbResult result = GdbRun.Session(steps, ["break add", "continue", "detach"]);
        Assert.Contains("[Inferior 1 (process 2) detached]", result.Text, StringComparison.Ordinal);
        Assert.Equal((46, "nobody: sum 6, total 11\n"), (result.Tool.ExitStatus, result.Tool.StandardOutput));
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Disconnect_AndConnectAgain_FindsTheProgramWhereItWas()
    {
        using GdbRun run = new(steps);
        Assert.Contains("Breakpoint 1, add", run.Batch(steps, ["break add", "continue", "disconnect"]), StringComparison.Ordinal);
        string second = run.Batch(steps, ["backtrace", "continue"]);
        Assert.Contains("#0  add (left=0, right=1)", second, StringComparison.Ordinal);
        Assert.Contains("exited with code 056]", second, StringComparison.Ordinal);
        Assert.Equal(46, run.Finish().ExitStatus);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Run_Extended_StartsTheProgramAgain()
    {
        using GdbRun run = new(steps);
        string text = run.Batch(
            steps, ["break add", "continue", "set args again", "run", "print right", "delete", "continue", "info inferiors"], "target extended-remote");
        Assert.Contains("$1 = 1", text, StringComparison.Ordinal);
        Assert.Contains("exited with code 056]", text, StringComparison.Ordinal);
        Assert.Equal("again: sum 6, total 11\n", run.Finish().StandardOutput);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Signals_CaughtAndDeadly_StopWhereTheyCame()
    {
        string program = CompiledProgram.Debuggable("debug-crash");
        GdbResult result = GdbRun.Session(program, ["continue", "continue", "x/i $pc", "continue"]);
        Assert.Contains("Program received signal SIGUSR1, User defined signal 1.", result.Text, StringComparison.Ordinal);
        Assert.Matches(@"Program received signal SIGSEGV, Segmentation fault\.\n(0x[0-9a-f]+ in )?main \(\)", result.Text);
        Assert.Contains("Program terminated with signal SIGSEGV, Segmentation fault.", result.Text, StringComparison.Ordinal);
        Assert.Equal((139, "caught 10\n"), (result.Tool.ExitStatus, result.Tool.StandardOutput));
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void CatchSyscall_ByName_StopsAtEntryAndReturn()
    {
        GdbResult result = GdbRun.Session(steps, ["catch syscall getppid", "continue", "continue", "delete", "continue"]);
        Assert.Contains("Catchpoint 1 (call to syscall getppid), ", result.Text, StringComparison.Ordinal);
        Assert.Contains("Catchpoint 1 (returned from syscall getppid), ", result.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void ControlC_RunningProgram_StopsIt()
    {
        string program = CompiledProgram.Debuggable("debug-loop");
        using GdbRun run = new(program);
        using Process gdb = run.Start(program, ["shell echo ready", "continue", "print rounds > 0", "set var stop = 1", "continue"]);
        // What the program writes waits in the tool until the machine idles or stops, so gdb tells when it goes on.
        while (gdb.StandardOutput.ReadLine() is { } line && line != "ready")
        {
            // What gdb says on connecting.
        }
        Thread.Sleep(2000);
        HostProcess.Run("/bin/sh", ["-c", $"kill -INT {gdb.Id}"]);
        string text = gdb.StandardOutput.ReadToEnd();
        Assert.Contains("Program received signal SIGINT, Interrupt.", text, StringComparison.Ordinal);
        Assert.Contains("$1 = 1", text, StringComparison.Ordinal);
        Assert.Contains("exited with code 05]", text, StringComparison.Ordinal);
        Assert.Equal((5, "running\nstopped\n"), (run.Finish().ExitStatus, run.Finish().StandardOutput));
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Dynamic_Program_ShowsItsLibraries()
    {
        string program = CompiledProgram.DebuggableDynamic("debug-steps");
        using GdbRun run = new(program, options: ["--root", "/"]);
        string text = run.Batch(program, ["break add", "continue", "info sharedlibrary", "info auxv", "delete", "continue"]);
        Assert.Contains("Breakpoint 1, add (left=0, right=1)", text, StringComparison.Ordinal);
        Assert.Contains("libc.so.6", text, StringComparison.Ordinal);
        Assert.Contains("AT_ENTRY", text, StringComparison.Ordinal);
        Assert.Equal(46, run.Finish().ExitStatus);
    }

    [RequiresToolFact(GdbRun.Tool, GdbRun.Package)]
    public void Stdio_Connection_WorksAsAPort()
    {
        string[] commands =
        [
            "set confirm off", "set debuginfod enabled off", $"file {steps}", $"target remote | {Repository.Tool} gdb --stdio {steps}", "break add", "continue",
            "backtrace", "kill",
        ];
        ProgramResult result = HostProcess.Run(
            HostTool.Require(GdbRun.Tool, GdbRun.Package), ["-nx", "-q", "-batch", "-l", "60", .. commands.SelectMany(command => (string[])["-ex", command])]);
        Assert.Contains("#0  add (left=0, right=1)", result.StandardOutput, StringComparison.Ordinal);
    }
}
