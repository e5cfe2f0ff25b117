using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The tool's traces, and strace's of the same program as the reference.</summary>
public sealed partial class SystemCallTraceTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    /// <param name="name">The program.</param>
    /// <param name="status">Its exit status.</param>
    /// <param name="showsSignals">Whether it makes sure that signals come in the same order on every run.</param>
    [RequiresToolTheory("strace", "strace")]
    [InlineData("traced-calls", 5, false)]
    [InlineData("traced-signals", 6, true)]
    public void SystemCalls_OfAProgram_LookAsStraceShowsThem(string name, int status, bool showsSignals)
    {
        string program = CompiledProgram.Glibc(name);
        ProgramResult native = HostProcess.Run(HostTool.Require("strace", "strace"), ["-f", "-o", file, program]);
        string expected = Normalized(ByProcess(File.ReadAllLines(file), StraceThread()), showsSignals);
        ProgramResult guest = EmulatedProgram.Command(["trace", "-o", file, program]);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal((status, status), (native.ExitStatus, guest.ExitStatus));
        Assert.Equal(expected, Normalized(ByProcess(lines, ProcessPrefix()), showsSignals));
        Assert.Contains(lines, line => WaitBegun().IsMatch(line));
    }

    [Fact]
    public void Trace_SeveralKinds_WritesThemInOrder()
    {
        ProgramResult result = EmulatedProgram.Command(["trace", "--insn", "--faults", "--mem", "-o", file, CompiledProgram.Glibc("greeting")]);
        Assert.Equal(0, result.ExitStatus);
        string[] lines = File.ReadAllLines(file);
        Assert.Contains(lines, line => line.EndsWith("syscall", StringComparison.Ordinal));
        Assert.Contains(lines, line => Fault().IsMatch(line));
        Assert.Contains(lines, line => Access().IsMatch(line));
    }

    [Fact]
    public void Trace_ToADirectory_IsRefusedInOneLine()
    {
        ProgramResult result = EmulatedProgram.Command(["trace", "-o", "/tmp", CompiledProgram.Glibc("greeting")]);
        Assert.Equal(2, result.ExitStatus);
        Assert.Equal("x64emu: -o /tmp is a directory\n", result.StandardError);
    }

    /// <summary>The lines of the first process, then those of the others, with what was cut in two put together. Where one process is alone, its lines may
    /// be without its number.</summary>
    private static IEnumerable<string> ByProcess(IEnumerable<string> lines, Regex prefix)
    {
        List<(string Pid, string Text)> calls = [];
        string first = "";
        foreach (string line in lines)
        {
            Match thread = prefix.Match(line);
            string pid = thread.Groups[1].Value, text = line[thread.Length..];
            if (first.Length == 0) first = pid;
            if (pid == first) pid = "";
            Match resumed = Resumed().Match(text);
            if (!resumed.Success)
            {
                calls.Add((pid, text));
                continue;
            }
            int begun = calls.FindLastIndex(call => call.Pid == pid);
            calls[begun] = (pid, calls[begun].Text.Replace(" <unfinished ...>", "", StringComparison.Ordinal) + text[resumed.Length..]);
        }
        return calls.GroupBy(call => call.Pid).SelectMany(process => process.Select(call => call.Text));
    }

    /// <summary>Takes out what differs by nature: addresses, process numbers, random bytes, times, the exec itself, which no program of the guest makes, and a
    /// call that the guest kernel does not have.</summary>
    private static string Normalized(IEnumerable<string> lines, bool showsSignals)
    {
        string[] others = showsSignals ? ["execve(", "rseq("] : ["execve(", "rseq(", "---"];
        return string.Join('\n', lines.Where(line => !others.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
            .Select(line => Address().Replace(line, "ADDRESS"))
            .Select(line => RandomBytes().Replace(line, "getrandom(BYTES"))
            .Select(line => ProcessNumber().Replace(line, "$1PID"))
            .Select(line => ProcessResult().Replace(line, "$1 = PID"))
            .Select(line => SenderOrTime().Replace(line, "$1=N"))
            .Select(line => Padding().Replace(line, " = ")));
    }

    [GeneratedRegex(@"0x[0-9a-f]{5,}")]
    private static partial Regex Address();

    [GeneratedRegex(@"getrandom\(""[^""]*""")]
    private static partial Regex RandomBytes();

    [GeneratedRegex(@"^((?:kill|wait4|tgkill|rt_sigqueueinfo)\()\d+(, \d+(?=, SIG))?")]
    private static partial Regex ProcessNumber();

    [GeneratedRegex(@"^((?:getpid|gettid|set_tid_address|clone|wait4)\(.*\)) += [1-9]\d*$")]
    private static partial Regex ProcessResult();

    [GeneratedRegex(@"(si_pid|si_uid|si_utime|si_stime|(?<=, \{tv_sec=8, )tv_nsec)=\d+")]
    private static partial Regex SenderOrTime();

    [GeneratedRegex(@"(?<=\)) += ")]
    private static partial Regex Padding();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(\d+) +")]
    private static partial Regex StraceThread();

    [GeneratedRegex(@"^\[pid +\d+\] wait4\(\d+,  <unfinished \.\.\.>$")]
    private static partial Regex WaitBegun();

    [GeneratedRegex(@"^\[pid +(\d+)\] ")]
    private static partial Regex ProcessPrefix();

    [GeneratedRegex(@"^\[pid 2\] #\d+ [a-z-]+ (read|write|execute) 0x[0-9a-f]+ at 0x[0-9a-f]+")]
    private static partial Regex Fault();

    [GeneratedRegex(@":\twrite 8 bytes at 0x[0-9a-f]+.* \(physical 0x[0-9a-f]+\): 0x[0-9a-f]{16}$")]
    private static partial Regex Access();
}
