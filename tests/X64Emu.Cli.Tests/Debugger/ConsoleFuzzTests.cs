using System.Diagnostics;
using X64Emu.Cli.Debugger;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>Random console lines: nothing but one-line errors may come of them.</summary>
public sealed class ConsoleFuzzTests(ITestOutputHelper log)
{
    private const int Lines = 100_000;
    private static readonly TimeSpan mostTime = TimeSpan.FromMinutes(4);

    private static readonly string[] pieces =
    [
        "rax", "$rax", "rip", "rsp", "page", "child", "_start", "PageFault.Handle", "two-faults.S:12", "2!child", "kernel!x", "0", "1", "2", "0x401000", "0x402000", "0xffff888000000000",
        "-1", "18446744073709551615", "99999999999999999999", "'a'", "'", "\"", "+", "-", "*", "/", "(", ")", "[", "]", "==", "=", "!", "!=", "&&", "||", "<<", ">>", "..", ",", ".", ":",
        "if", "pid", "physical", "syscall", "fork", "fault", "cow", "write", "read", "exec", "exception", "PF", "signal", "SEGV", "on", "off", "insn", "mem", "end", "u8", "i32", "xmm0.u32[1]",
        "/x", "/8gx", "/i", "/s", "/", "%", "$", "$_", "$pid", "$zf", "#", "é", "\ud800", "\0", "\u001b[31m", "all", "reset", "reg", "b", "registers",
    ];

    [Fact]
    public void Lines_Random_EndInAnswersAndErrors()
    {
        int seed = Environment.TickCount;
        log.WriteLine($"seed {seed}");
        Random random = new(seed);
        using TemporaryFolder folder = new();
        using ConsoleSession session = new(new DebuggerSettings { InstructionLimit = 2_000_000 }, "two-faults");
        session.AtProgramStart();
        string[] cheap = [.. session.Context.Commands.All.Where(command => !IsLeftOut(command)).SelectMany(command => (string[])[command.Name, .. command.Aliases])];
        string[] costly = ["run", "continue", "icount", "restart"];
        Stopwatch time = Stopwatch.StartNew();
        int done = 0;
        while (done < Lines && time.Elapsed < mostTime)
        {
            if (done % 1000 == 0) session.Run("delete", "undisplay", "run");
            string line = Line(random, random.Next(2000) == 0 ? costly : cheap);
            session.Run(line);
            string errors = session.Errors;
            Assert.False(errors.Contains("internal error", StringComparison.Ordinal), $"seed {seed}, line {done}: '{line}' wrote {errors}");
            Assert.True(errors.Count(character => character == '\n') <= 1, $"seed {seed}, line {done}: '{line}' wrote {errors}");
            done++;
        }
        Assert.True(done == Lines, $"seed {seed}: {done} lines in {time.Elapsed}");
        Assert.Equal("0x3e8  1000\n", session.Run("print 1000"));
    }

    /// <summary>What runs for long, ends the session or writes files.</summary>
    private static bool IsLeftOut(IDebuggerCommand command) => command.Name is "quit" or "run" or "continue" or "icount" or "finish" or "until" or "dump" or "source" or "trace";

    private static string Line(Random random, string[] commands)
    {
        string name = random.Next(20) == 0 ? pieces[random.Next(pieces.Length)] : commands[random.Next(commands.Length)];
        IEnumerable<string> rest = Enumerable.Range(0, random.Next(7)).Select(_ => pieces[random.Next(pieces.Length)]);
        return name + (random.Next(8) == 0 ? "" : " ") + string.Join(random.Next(2) == 0 ? " " : "", rest);
    }
}
