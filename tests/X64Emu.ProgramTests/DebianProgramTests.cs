using System.Globalization;
using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The distribution's own binaries, unmodified: the shell, the text tools, and those that look at the system. Beside them as they run on the host.</summary>
public sealed partial class DebianProgramTests
{
    private const string Tools = """
        cd /etc
        ls / | head -3; seq 1 20 | sed -n '3,5p;s/1/x/gp'; grep -c root passwd; awk -F: '{n += $3} END {print NR, n}' passwd
        sort -t: -k3n passwd | tail -2 | cut -d: -f1,3; echo hello | tr a-z A-Z; printf '%s\n' a b c | tac | paste -sd,; expr 6 \* 7
        head -c 100 passwd | od -An -tx1 | head -2; wc -l < passwd; md5sum passwd | cut -c1-8; basename $PWD; dirname /a/b/c
        date -u -d @0 +%Y; echo $((2**40)); [[ abc =~ b ]] && echo match; mapfile -t lines < passwd; echo ${#lines[@]}
        stat -c '%s %a' passwd; readlink -f /etc/../etc/passwd; id -u; sleep 0.1; printf '%05d|%-5s|%x\n' 42 ab 255
        diff <(echo a) <(echo b); uniq -c <<< $'a\na\nb'; comm -12 <(echo a) <(echo a); find /etc/apt -maxdepth 1 | sort | head -3
        xargs -n2 echo <<< '1 2 3 4'; tee /dev/null <<< tee; nl <<< x; fold -w3 <<< abcdef; factor 1001; numfmt --to=iec 1048576
        base64 <<< hi; sha256sum < /dev/null | cut -c1-8; (exit 7); echo $?; trap 'echo bye' EXIT
        """;

    private const string Python = """
        import hashlib, json, os, re, subprocess, threading
        print(json.dumps({"a": [1, 2.5]}), re.sub("a+", "b", "caat"), hashlib.sha256(b"x").hexdigest()[:8])
        print(subprocess.run(["/bin/echo", "child"], capture_output=True, text=True).stdout.strip())
        thread = threading.Thread(target=lambda: print("thread")); thread.start(); thread.join()
        print(sum(i * i for i in range(1000)), os.path.realpath("/proc/self/cwd") == os.getcwd())
        """;

    [NativeFact]
    public void TextTools_InAScript_PrintTheSameAsOnLinux() => AssertSame("/bin/bash", "-c", Tools);

    [RequiresToolFact("readelf", "binutils")]
    public void Readelf_OfAProgram_PrintsTheSameAsOnLinux() => AssertSame("/usr/bin/readelf", "--wide", "--segments", "--sections", "/bin/true");

    [RequiresToolFact("python3", "python3")]
    public void Python_SmallScript_PrintsTheSameAsOnLinux() => AssertSame("/usr/bin/python3", "-c", Python);

    [RequiresToolTheory("ps", "procps")]
    [InlineData("/usr/bin/free", "")]
    [InlineData("/usr/bin/vmstat", "")]
    [InlineData("/usr/bin/vmstat", "1 2")]
    public void SystemReport_BesideLinux_HasItsLinesAndColumns(string tool, string arguments) => AssertSameShape(tool, arguments, lines => lines);

    [RequiresToolTheory("sar", "sysstat")]
    [InlineData("-r 1 3")]
    [InlineData("-B 1 3")]
    public void Sar_BesideLinux_HasItsLinesAndColumns(string arguments) => AssertSameShape("/usr/bin/sar", arguments, lines => lines.Skip(1));

    [RequiresToolTheory("ps", "procps")]
    [InlineData("aux", 11)]
    [InlineData("-eo pid,comm,vsz,rss,maj_flt,min_flt", 6)]
    public void Ps_BesideLinux_HasItsColumnsFilled(string arguments, int columns)
    {
        AssertSameShape("/usr/bin/ps", arguments, lines => lines.Take(1));
        string[] lines = Lines(Emulated("/usr/bin/ps", arguments.Split(' ')));
        Assert.Equal(3, lines.Length);
        string[] own = lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(own.Length >= columns, lines[2]);
        Assert.Contains("ps", lines[2], StringComparison.Ordinal);
    }

    [RequiresToolFact("ps", "procps")]
    public void Top_InBatchMode_HasItsHeadAndProcesses()
    {
        AssertSameShape("/usr/bin/top", "-b -n 1", lines => lines.Skip(1).Take(5));
        string output = Emulated("/usr/bin/top", "-b", "-n", "1").StandardOutput;
        Assert.Matches(@"^top - [0-9:]+ up 0 min,  0 users?,  load average: 0\.[0-9]+, 0\.[0-9]+, 0\.[0-9]+\n", output);
        Assert.Matches(@"\n +2 root +20 +0 +[0-9]+ +[0-9]+ +[0-9]+ R .* top\n", output);
    }

    [RequiresToolFact("ps", "procps")]
    public void Pmap_OfAShell_ListsTheMappingsOfLinux()
    {
        // The vdso and what lies between libraries depend on the host's kernel and file system.
        string[] Rows(ProgramResult result) =>
            [.. Lines(result).Select(Words).Where(words => words.Length == 6 && (words[5] is "bash" or "[ stack ]" || words[5].Contains(".so", StringComparison.Ordinal)))
                .Select(words => $"{words[1]} {words[4]} {words[5]}").Order(StringComparer.Ordinal)];
        string[] command = ["-c", "pmap -x $$; true"];
        string[] native = Rows(Native("/bin/bash", command)), emulated = Rows(Emulated("/bin/bash", command));
        Assert.True(native.Length > 8);
        Assert.Equal(native, emulated);
    }

    [RequiresToolFact("ps", "procps")]
    public void PgrepAndPidof_OfABackgroundJob_FindIt()
    {
        ProgramResult result = Emulated("/bin/bash", "-c", "sleep 50 & pgrep -x sleep; pidof sleep; ps -o stat=,comm= -p $!; kill %1; wait $!; echo $?");
        Assert.Equal("3\n3\nS    sleep\n143\n", result.StandardOutput);
    }

    [RequiresToolFact("ps", "procps")]
    public void Sysctl_AllSettings_AreShownAndSet()
    {
        ProgramResult all = Emulated("/sbin/sysctl", "-a");
        string[] lines = Lines(all);
        Assert.Equal((0, ""), (all.ExitStatus, all.StandardError));
        Assert.All(lines, line => Assert.Matches(@"^(vm|kernel|fs)(\.[a-z0-9_-]+)+ = .*$", line));
        Assert.Superset(
            new HashSet<string> { "kernel.ostype = Linux", "kernel.pid_max = 32768", "vm.overcommit_memory = 0", "vm.max_map_count = 65530", "kernel.randomize_va_space = 0" },
            lines.ToHashSet());
        const string script = "sysctl vm.overcommit_memory=1; sysctl -n vm.overcommit_memory; sysctl kernel.hostname=guest; uname -n; "
            + "sysctl vm.overcommit_memory=9; sysctl vm.no_such; sysctl -n vm.overcommit_memory";
        ProgramResult set = Emulated("/bin/bash", "-c", script);
        Assert.Equal("vm.overcommit_memory = 1\n1\nkernel.hostname = guest\nguest\n1\n", set.StandardOutput);
        Assert.Contains("setting key \"vm.overcommit_memory\"", set.StandardError, StringComparison.Ordinal);
    }

    /// <summary>What the course's memory lesson shows: vsz jumps at malloc, rss and faults grow with each touch.</summary>
    [RequiresToolFact("ps", "procps")]
    public void PsInALoop_WhileAnotherProgramTouches_ShowsItGrowByTheStepsOfLinux()
    {
        const int steps = 10, stepKilobytes = 10 << 10, stepPages = stepKilobytes / 4;
        string program = CompiledProgram.Dynamic("touch-steps");
        string script = $"{program} 600 & pid=$!; sleep 0.3; for i in {{0..11}}; do ps -o vsz=,rss=,min_flt=,maj_flt= -p $pid; sleep 0.6; done; wait";
        long[][] native = Numbers(Native("/bin/bash", "-c", script)), emulated = Numbers(Emulated("/bin/bash", "-c", script));
        foreach (long[][] rows in (long[][][])[native, emulated])
        {
            Assert.Equal(12, rows.Length);
            // The block, and the heap that malloc starts with.
            Assert.InRange(rows[1][0] - rows[0][0], steps * stepKilobytes, steps * stepKilobytes + 256);
            Assert.All(rows[1..], row => Assert.Equal(rows[1][0], row[0]));
            for (int step = 1; step <= steps; step++)
            {
                Assert.InRange(rows[step + 1][1] - rows[step][1], stepKilobytes - 64, stepKilobytes + 64);
                Assert.InRange(rows[step + 1][2] - rows[step][2], stepPages - 2, stepPages + 2);
                Assert.Equal(rows[1][3], rows[step + 1][3]);
            }
        }
        Assert.Equal(native.Select(row => row[0]), emulated.Select(row => row[0]));
    }

    [RequiresToolFact("g++", "g++")]
    public void OwnMaps_BeforeAndAfterMmap_AreThoseOfLinux()
    {
        string program = CompiledProgram.Cpp("show-maps", isDynamic: true);
        string[] native = Maps(Native("/usr/bin/setarch", "-R", program)), emulated = Maps(Emulated(program));
        Assert.Equal(native, emulated);
        long[] others = [.. emulated.Where(row => row.EndsWith("without a name", StringComparison.Ordinal)).Select(row => long.Parse(row.Split(' ')[0], CultureInfo.InvariantCulture))];
        Assert.Equal([others[0], others[0] + (100 << 20 >> 12)], others);
    }

    [RequiresToolFact("g++", "g++")]
    public void SharedFileMapping_Overwritten_ChangesTheHostsFile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("x64emu-");
        try
        {
            string file = Path.Combine(folder.FullName, "text");
            File.WriteAllText(file, "hello, world\n");
            string program = CompiledProgram.Cpp("share-file", isDynamic: true);
            ProgramResult result = DebianProgram.Run(program, ["/tmp/shared/text"], "--mount", $"{folder.FullName}:/tmp/shared:rw");
            Assert.Equal(new ProgramResult(0, "was: hello, world\nis: HELLO, world\n", ""), result);
            Assert.Equal("HELLO, world\n", File.ReadAllText(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [RequiresToolFact("script", "bsdutils")]
    public void Bash_AtATerminal_EditsCompletesControlsJobsAndSurvivesControlC()
    {
        using HostTerminal terminal = new($"'{Repository.Tool}' run --root / --env TERM=dumb --env PS1='$ ' /bin/bash --norc -i", []);
        terminal.WaitFor("$ ");
        terminal.Type("echo $((6*7))\r");
        terminal.WaitFor("42\r\n");
        terminal.Type("echo /proc/versi\t\r");
        terminal.WaitFor("/proc/version \r\n/proc/version\r\n");
        terminal.Type("cat & sleep 1\r");
        terminal.Type("jobs\r");
        terminal.WaitFor("Stopped");
        terminal.Type("kill %1; wait %1; echo status $?\r");
        terminal.WaitFor("status 143\r\n");
        terminal.Type("cat\r");
        terminal.WaitFor("cat\r\n");
        terminal.Type("typed\r");
        terminal.WaitFor("typed\r\ntyped\r\n");
        terminal.Type("\u0003");
        terminal.WaitFor("$ ");
        terminal.Type("echo status $?\r");
        terminal.WaitFor("status 130\r\n");
        terminal.Type("exit 3\r");
        Assert.Equal(3, terminal.ExitStatus());
    }

    private static ProgramResult Native(string path, params string[] arguments) => HostProcess.Run("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/", path, .. arguments]);

    private static ProgramResult Emulated(string path, params string[] arguments) => DebianProgram.Run(path, arguments);

    private static void AssertSame(string path, params string[] arguments) => Assert.Equal(Native(path, arguments), Emulated(path, arguments));

    private static void AssertSameShape(string path, string arguments, Func<IEnumerable<string>, IEnumerable<string>> chosen)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string Shape(ProgramResult result) => string.Join('\n', chosen(Lines(result)).Select(line => Blanks().Replace(Figures().Replace(line, "#"), "")));
        Assert.Equal(Shape(Native(path, words)), Shape(Emulated(path, words)));
    }

    private static string[] Lines(ProgramResult result) => result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The columns of pmap; the last one may have blanks.</summary>
    private static string[] Words(string line) => [.. line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim())];

    private static long[][] Numbers(ProgramResult result) =>
        [.. Lines(result).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray())];

    /// <summary>
    /// Before and after: each mapping's pages, rights, offset and name, those without a name together. Where exactly they lie, and so which of the latter
    /// are one, depends on the host's kernel and file system.
    /// </summary>
    private static string[] Maps(ProgramResult result)
    {
        List<string> rows = [];
        foreach (string part in result.StandardOutput.Split("after\n"))
        {
            List<string> named = [];
            ulong others = 0;
            foreach (string[] words in part.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 5))
            {
                ulong[] ends = [.. words[0].Split('-').Select(end => Convert.ToUInt64(end, 16))];
                ulong pages = (ends[1] - ends[0]) >> 12;
                if (words.Length == 5) others += pages;
                else if (!words[5].StartsWith("[v", StringComparison.Ordinal)) named.Add($"{pages} {words[1]} {words[2]} {words[5]}");
            }
            rows.AddRange(named.Order(StringComparer.Ordinal));
            rows.Add($"{others} without a name");
        }
        return [.. rows];
    }

    [GeneratedRegex(@"[0-9]+(?:[.:/][0-9]+)*")]
    private static partial Regex Figures();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
