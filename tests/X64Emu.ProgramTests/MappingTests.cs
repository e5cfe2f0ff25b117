using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The areas of address spaces: what mmap and its kin leave behind, beside Linux, and what many of them cost.</summary>
public sealed class MappingTests
{
    /// <summary>The first kernel whose mremap moves several areas at once, as ours does.</summary>
    private static readonly Version firstComparable = new(6, 17);

    [NativeTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomMappingCalls_BesideLinux_ReturnAndLeaveTheSame(int seed)
    {
        // An older host answers some calls otherwise.
        if (HostKernel() < firstComparable) return;
        string program = CompiledProgram.Glibc("mapping-storm");
        string[] arguments = [$"{seed}", "2500"];
        Assert.Equal(NativeProgram.Run(program, arguments), EmulatedProgram.Run(program, arguments));
    }

    [Fact]
    public void ManyMappings_TenTimesAsMany_CostLittleMoreThanTenTimesAsMuch()
    {
        string program = CompiledProgram.Glibc("many-mappings");
        long few = StatRun.Of(program, ["3000"])["instructions"], many = StatRun.Of(program, ["30000"])["instructions"];
        Assert.InRange(many, few * 10, few * 16);
    }

    [Theory]
    [InlineData("groups", 20)]
    [InlineData("proc-list", 20)]
    [InlineData("task-list", 20)]
    [InlineData("futexes", 20)]
    [InlineData("unplaced", 100)]
    [InlineData("file-mappings", 100)]
    [InlineData("copied-pages", 10)]
    [InlineData("paged-out", 10)]
    [InlineData("pipes", 40)]
    [InlineData("pings-beside", 10)]
    [InlineData("readers", 10)]
    [InlineData("pollers", 10)]
    [InlineData("epoll-items", 30)]
    [InlineData("timers", 200)]
    [InlineData("signals", 200)]
    [InlineData("descriptors", 60)]
    [InlineData("files", 60)]
    [InlineData("deep-path", 30)]
    [InlineData("sparse", 2)]
    [InlineData("remap", 60)]
    [InlineData("brk", 60)]
    public void Operations_TenTimesAsMany_CostLittleMoreThanTenTimesAsMuch(string operation, int count) => CompareCosts(operation, count, "/tmp", []);

    /// <summary>Files of the host have changed pages, which must not be searched for among all others.</summary>
    [Fact]
    public void ChangesMadeDurable_TenTimesAsMany_CostLittleMoreThanTenTimesAsMuch()
    {
        string folder = Directory.CreateTempSubdirectory("x64emu-scale").FullName;
        CompareCosts("durable", 60, "/data", ["--mount", $"{folder}:/data:rw"]);
        Directory.Delete(folder, recursive: true);
    }

    private static void CompareCosts(string operation, int count, string folder, string[] options)
    {
        List<(string Phase, long Each)> few = Costs(operation, count, folder, options), many = Costs(operation, count * 10, folder, options);
        // Virtual time: instructions. What is done once for all may weigh more among few, never among many.
        foreach (((string phase, long each), (_, long eachOfMany)) in few.Zip(many)) Assert.True(eachOfMany <= each * 2 + 50, $"{phase}: {each}, then {eachOfMany}");
    }

    /// <summary>The phases of an operation, and the nanoseconds of virtual time that one took in each.</summary>
    private static List<(string Phase, long Each)> Costs(string operation, int count, string folder, string[] options)
    {
        ProgramResult result = EmulatedProgram.Run(
            CompiledProgram.Benchmark("scale"), ["-f", $"{folder}/scale.data", operation, $"{count}"], options: ["--swap", "64M", .. options]);
        Assert.Equal((0, ""), (result.ExitStatus, result.StandardError));
        string[] lines = result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => (line[..24].Trim(), long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture)))];
    }

    [NativeFact]
    public void Limits_OfMemory_RefuseWhatLinuxRefuses()
    {
        string program = CompiledProgram.Glibc("memory-limits");
        ProgramResult native = NativeProgram.Run(program, []), emulated = EmulatedProgram.Run(program, []);
        // Our kernel tells of a process that its stack's limit killed.
        Assert.Equal(native, emulated with { StandardError = "" });
    }

    [NativeFact]
    public void Smaps_OfKnownPages_CountThemAsOnLinux()
    {
        string program = CompiledProgram.Glibc("proc-memory");
        Assert.Equal(NativeProgram.Run(program, []), EmulatedProgram.Run(program, []));
    }

    /// <summary>Their text is longer than memory has room for.</summary>
    [NativeFact]
    public void Smaps_OfVeryManyAreas_ListsThemAll()
    {
        string program = CompiledProgram.Glibc("area-list");
        Assert.Equal(NativeProgram.Run(program, ["10000"]), EmulatedProgram.Run(program, ["10000"], options: ["-m", "20M"]));
    }

    /// <summary>process_vm_readv and process_vm_writev; /proc/PID/mem on huge pages and on pages without access.</summary>
    [NativeRootFact]
    public void MemoryOfOtherProcesses_ReadAndWritten_AnswersAsOnLinux()
    {
        string program = CompiledProgram.Glibc("remote-memory");
        Assert.Equal(NativeProgram.Run(program, []), EmulatedProgram.Run(program, [], options: ["--swap", "16M", "--timeout-instructions", "1000000000"]));
    }

    [NativeFact]
    public void FilesOfProcesses_ReadAndWritten_AnswerAsOnLinux()
    {
        string program = CompiledProgram.Glibc("proc-files");
        // Our kernel tells of a process that a fault killed.
        Assert.Equal(NativeProgram.Run(program, []), EmulatedProgram.Run(program, []) with { StandardError = "" });
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void LoadAverage_AfterWorkAndSleep_RisesAndFalls()
    {
        // Four programs want the processor when the first sample is taken, 5 seconds after boot; then none does for a minute.
        const string script = "sleep 4.95; for n in 1 2 3 4; do (while read up rest < /proc/uptime; [ ${up%.*}${up#*.} -lt 515 ]; do :; done) & done; wait; "
            + "cat /proc/loadavg; sleep 60; cat /proc/loadavg";
        string[] lines = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script]).StandardOutput.Split('\n');
        double[] busy = Loads(lines[0]), rested = Loads(lines[1]);
        // 4 (1 - e^(-5/60)), and e^-1 of that.
        Assert.InRange(busy[0], 0.30, 0.34);
        Assert.InRange(rested[0], 0.10, 0.14);
        Assert.InRange(rested[2], 0.01, 0.03);
    }

    private static double[] Loads(string line) => [.. line.Split(' ').Take(3).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    [RequiresToolFact("busybox", "busybox-static")]
    public void MemorySettings_SetFromTheShell_KeepGoodValuesAndRefuseOthers()
    {
        const string script = "cd /proc/sys/vm; echo 2 > overcommit_memory; cat overcommit_memory; echo 3 > overcommit_memory || echo refused; cat overcommit_memory; "
            + "echo 1000 > max_map_count; cat max_map_count; echo 3 > drop_caches && echo dropped";
        ProgramResult result = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script]);
        Assert.Equal("2\nrefused\n2\n1000\ndropped\n", result.StandardOutput);
    }

    private static Version HostKernel()
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease");
        string[] numbers = release.Split('.', '-');
        return new Version(int.Parse(numbers[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
