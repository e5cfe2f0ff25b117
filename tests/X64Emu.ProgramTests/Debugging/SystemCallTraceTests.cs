using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The tool's traces, and strace's of the same program as the reference.</summary>
public sealed partial class SystemCallTraceTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [RequiresToolFact("strace", "strace")]
    public void SystemCalls_OfAProgram_LookAsStraceShowsThem()
    {
        string program = CompiledProgram.Glibc("traced-calls");
        ProgramResult native = HostProcess.Run(HostTool.Require("strace", "strace"), ["-f", "-o", file, program]);
        IReadOnlyList<string> expected = Normalized(Joined(File.ReadAllLines(file)));
        ProgramResult guest = EmulatedProgram.Command(["trace", "-o", file, program]);
        IReadOnlyList<string> actual = Normalized(ByProcess(File.ReadAllLines(file)));
        Assert.Equal((5, 5), (native.ExitStatus, guest.ExitStatus));
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
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

    /// <summary>strace's lines with what it has cut in two put together, those of the first process first.</summary>
    private static IEnumerable<string> Joined(IEnumerable<string> lines)
    {
        List<(string Pid, string Text)> calls = [];
        foreach (string line in lines)
        {
            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            (string pid, string text) = (line[..blank], line[blank..].TrimStart());
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

    /// <summary>The tool's lines, those of the first process first; only those of the others have its number, or all when there are several.</summary>
    private static IEnumerable<string> ByProcess(IEnumerable<string> lines)
    {
        List<(string Pid, string Text)> calls = [];
        string first = "";
        foreach (string line in lines)
        {
            Match prefix = ProcessPrefix().Match(line);
            string pid = prefix.Success ? prefix.Groups[1].Value : first;
            calls.Add((pid == "2" ? "" : pid, line[prefix.Length..]));
        }
        return calls.GroupBy(call => call.Pid).SelectMany(process => process.Select(call => call.Text));
    }

    /// <summary>Takes out what differs by nature: addresses, process numbers, random bytes, the exec itself, which no program of the guest makes, and a
    /// call that the guest kernel does not have.</summary>
    private static List<string> Normalized(IEnumerable<string> lines) =>
    [
        .. lines.Where(line => !((string[])["execve(", "rseq(", "---"]).Any(start => line.StartsWith(start, StringComparison.Ordinal)))
            .Select(line => Address().Replace(line, "ADDRESS"))
            .Select(line => RandomBytes().Replace(line, "getrandom(BYTES"))
            .Select(line => ProcessNumber().Replace(line, "$1PID"))
            .Select(line => ProcessResult().Replace(line, "$1 = PID"))
            .Select(line => Padding().Replace(line, " = ")),
    ];

    [GeneratedRegex(@"0x[0-9a-f]{5,}")]
    private static partial Regex Address();

    [GeneratedRegex(@"getrandom\(""[^""]*""")]
    private static partial Regex RandomBytes();

    [GeneratedRegex(@"^((?:kill|wait4)\()\d+")]
    private static partial Regex ProcessNumber();

    [GeneratedRegex(@"^((?:getpid|set_tid_address|clone|wait4)\(.*\)) += [1-9]\d*$")]
    private static partial Regex ProcessResult();

    [GeneratedRegex(@"(?<=\)) += ")]
    private static partial Regex Padding();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^\[pid +(\d+)\] ")]
    private static partial Regex ProcessPrefix();

    [GeneratedRegex(@"^\[pid 2\] #\d+ [a-z-]+ (read|write|execute) 0x[0-9a-f]+ at 0x[0-9a-f]+")]
    private static partial Regex Fault();

    [GeneratedRegex(@":\twrite 8 bytes at 0x[0-9a-f]+.* \(physical 0x[0-9a-f]+\): 0x[0-9a-f]{16}$")]
    private static partial Regex Access();
}
