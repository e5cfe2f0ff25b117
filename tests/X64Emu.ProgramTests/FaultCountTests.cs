using System.Globalization;
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

    [NativeFact]
    public void DemandPaging_BesideLinux_FaultsWithinOnePercent()
    {
        string sample = Repository.Sample("demand-paging");
        long native = NativeFaults(1, sample, "100");
        Assert.InRange(EmulatedFaults(sample, "100"), native - native / 100, native + native / 100);
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

    [NativeFact]
    public void Counters_OfKernelAndMachine_AreEqual()
    {
        string program = CompiledProgram.Glibc("fault-sums");
        StatRun run = StatRun.Of(program, [program]);
        // Of all processes by /proc/vmstat, and of the program and its children by getrusage: minor and major.
        long[] kernel = [.. run.Result.StandardOutput.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        long[] machine = [run["minor-faults"], run["major-faults"]];
        Assert.Equal([.. machine, .. machine], kernel);
        Assert.True(machine[1] > 0, "no fault had to wait for the file");
        Assert.Equal(1, run["page-faults.segv"]);
        Assert.Equal(machine.Sum() + 1, run["page-faults"]);
        string[] kinds = ["demand-zero", "file", "cow", "stack", "protection", "segv"];
        Assert.Equal(run["page-faults"], run.Counts.Where(count => count.Key.StartsWith("page-faults.", StringComparison.Ordinal)).Sum(count => count.Value));
        Assert.All(kinds, kind => Assert.True(run[$"page-faults.{kind}"] > 0, kind));
    }

    /// <summary>
    /// A program's first faults are its loader's, the kernel's places and its own: nothing is left to chance. But newer kernels cache files of a disk in pieces of
    /// many sizes and map a whole piece by one fault, so the reference runs from the host's /dev/shm, whose pages are single ones.
    /// </summary>
    [NativeTheory]
    [InlineData("greeting", "glibc")]
    [InlineData("greeting", "musl")]
    [InlineData("greeting", "static-pie")]
    [InlineData("fork-copies", "glibc")]
    [InlineData("print-line", "c++")]
    [InlineData("exceptions", "c++")]
    [InlineData("threads", "glibc")]
    [InlineData("threads", "musl")]
    public void StaticProgram_BesideLinux_FaultsAsOften(string name, string kind)
    {
        string program = kind switch
        {
            "musl" => CompiledProgram.Musl(name),
            "static-pie" => CompiledProgram.StaticPie(name),
            "c++" => CompiledProgram.Cpp(name, isDynamic: false),
            _ => CompiledProgram.Glibc(name),
        };
        string copy = $"/dev/shm/x64emu-{Guid.NewGuid():N}";
        File.Copy(program, copy);
        try
        {
            Assert.Equal(NativeFaults(1, copy), EmulatedFaults(program));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [NativeTheory]
    [InlineData(1, "/bin/true")]
    [InlineData(1, "/bin/ls", "/")]
    [InlineData(1, "/bin/cat", "/etc/passwd")]
    [InlineData(1, "/bin/bash", "-c", ":")]
    [InlineData(3, "/bin/dash", "-c", "/bin/true; /bin/true")]
    [InlineData(1, "/usr/bin/awk", "1", "/etc/passwd")]
    public void DynamicProgram_BesideLinux_FaultsAsOftenWithinTwoPercent(int programs, params string[] command) =>
        AssertNear(NativeFaults(programs, command), EmulatedFaults(command));

    [RequiresToolFact("g++", "g++")]
    public void DynamicCppProgram_BesideLinux_FaultsAsOftenWithinTwoPercent()
    {
        string program = CompiledProgram.Cpp("print-line", isDynamic: true);
        AssertNear(NativeFaults(1, program), EmulatedFaults(program));
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void FaultAround_SetByProgram_DecidesHowManyPagesOneFaultMaps()
    {
        string busybox = HostTool.Require("busybox", "busybox-static");
        string script = "around=/sys/kernel/debug/fault_around_bytes; echo 4194304 > $around || cat $around; "
            + $"for bytes in 4096 131071 2097152; do echo $bytes > $around; cat $around; {busybox} cat /proc/self/stat | cut -d ' ' -f 10; done";
        long[] numbers = [.. EmulatedProgram.Run(busybox, ["sh", "-c", script]).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal([65536, 4096, 65536, 2097152], [numbers[0], numbers[1], numbers[3], numbers[5]]);
        Assert.True(numbers[2] > numbers[4] * 2 && numbers[4] > numbers[6], string.Join(' ', numbers));
    }

    [Fact]
    public void Mapping_OfEachKind_FaultsAsOftenAsOnLinux()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("x64emu-");
        try
        {
            string[] names = ["cached", "cold", "random"];
            foreach (string name in names) File.WriteAllBytes(Path.Combine(folder.FullName, name), new byte[256 * 4096]);
            ProgramResult result = EmulatedProgram.Run(
                CompiledProgram.Glibc("mapping-faults"), names.Select(name => $"/tmp/mapped/{name}"), options: ["--mount", $"{folder.FullName}:/tmp/mapped:rw"]);
            // Measured on Linux 6.18, ext4 and tmpfs, with perf.
            const string expected = """
                file, private, read: 16
                file, private, write after read: 256
                file, private, write: 256
                file, shared, read: 16
                file, shared, write after read: 256
                file, shared, write: 256
                tmpfs, shared, write: 256
                tmpfs, shared, write after read: 0
                anonymous, read: 256
                anonymous, write after read: 256
                anonymous, write: 256
                file, private, populated, read: 0
                file, not cached, read: 17
                  1 of them major
                file, not cached, random, read: 256
                  256 of them major

                """;
            Assert.Equal(new ProgramResult(0, expected, ""), result);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertNear(long native, long emulated) =>
        Assert.InRange(emulated, native - (native * 2 + 99) / 100, native + (native * 2 + 99) / 100);

    /// <summary>Linux counts one more fault for each execve: its own, when it puts the arguments on the new stack. No processor sees that one.</summary>
    private static long NativeFaults(int programs, params string[] command) => Faults(NativeProgram.Run(CompiledProgram.Glibc("count-faults"), command)) - programs;

    private static long EmulatedFaults(params string[] command) => Faults(EmulatedProgram.Run(CompiledProgram.Glibc("count-faults"), command, options: ["--root", "/"]));

    private static long Faults(ProgramResult result) => long.Parse(result.StandardOutput.Split(' ')[0], CultureInfo.InvariantCulture);
}
