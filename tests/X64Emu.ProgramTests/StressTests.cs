using System.Globalization;
using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Debian's stress-ng, one of its stressors after the other in one guest. Each checks what it does, and leaves memory as it found it.</summary>
public sealed partial class StressTests
{
    /// <summary>Prints a line for each stressor: its name, its exit status and what it says went wrong or was left out.</summary>
    private const string Script = """
        free() { awk '/^(MemFree|Cached|AnonPages):/ { sum += $2 } END { print sum }' /proc/meminfo; }
        run() { echo $1 $(stress-ng --$1 $2 --$1-ops 10 --verify -t 1 --temp-path /tmp 2>&1 | grep -aE 'fail:|skipp|error:'; echo ${PIPESTATUS[0]}); }
        run $2 $1; free
        for name in ${@:2}; do run $name $1; done
        free; grep ^wrong_ /proc/framecheck
        """;

    [RequiresToolTheory("stress-ng", "stress-ng")]
    [InlineData("memory", 1, "bigheap brk malloc mmapmany msync munmap remap rmap shm-sysv stack stackmmap vm-rw vm-splice")]
    [InlineData("processes", 2, "daemon exit-group fork futex mutex pthread session sigq sigrt sigsegv timer vfork wait zombie")]
    [InlineData("files", 2, "dentry dup eventfd fallocate fifo flock locka lockf lockofd msg pidfd pipe poll ring-pipe sem-sysv sendfile splice tee")]
    public void Stressors_OfAKind_SucceedAndLeaveMemoryAsItWas(string kind, int instances, string stressors) => Check(kind, instances, stressors, "-m", "256M");

    /// <summary>With less memory than they want: who is killed for it is started again, and the shell goes on.</summary>
    [RequiresToolFact("stress-ng", "stress-ng")]
    public void Stressors_WithLittleMemory_AreKilledAndLeaveMemoryAsItWas() =>
        Assert.Contains("Out of memory: Killed process", Check("little memory", 4, "mmap shm-sysv stack", "-m", "48M").StandardError, StringComparison.Ordinal);

    private static ProgramResult Check(string kind, int instances, string stressors, params string[] options)
    {
        string[] names = stressors.Split(' ');
        ProgramResult result = DebianProgram.Run("/bin/bash", ["-c", Script, kind, $"{instances}", .. names], [.. options, "--timeout-instructions", "20000000000"]);
        string[] lines = result.StandardOutput.TrimEnd('\n').Split('\n');
        // The first one runs twice: it loads what all of them share.
        Assert.Equal([$"{names[0]} 0", .. names.Select(name => $"{name} 0"), "wrong_frames 0", "wrong_sums 0"], lines.Where(line => !Figure().IsMatch(line)));
        long[] free = [.. lines.Where(line => Figure().IsMatch(line)).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        Assert.InRange(free[1], free[0] - 1024, free[0] + 1024);
        return result;
    }

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Figure();
}
