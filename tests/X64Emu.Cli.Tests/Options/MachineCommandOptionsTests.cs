using System.CommandLine;
using X64Emu.Cli.Options;
using X64Emu.Cpu;
using Xunit;

namespace X64Emu.Cli.Tests.Options;

public sealed class MachineCommandOptionsTests
{
    private static MachineSettings Read(params string[] words)
    {
        Command command = new("run");
        MachineCommandOptions options = new();
        options.AddTo(command);
        options.AddPaceTo(command);
        return options.Read(new RootCommand { command }.Parse(["run", .. words]));
    }

    [Fact]
    public void Read_NoOptions_IsTheDefaults() => Assert.Equivalent(new MachineSettings(), Read(), strict: true);

    [Fact]
    public void Read_AllOptions_AreTaken()
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        MachineSettings settings = Read(
            "-m", "64M", "--cpu", "x86-64-v2", "--tlb", "toy", "--mount", $"{folder}:/a", "--mount", $"{folder}:/b:rw", "--root", "/", "--env", "A=1", "--env", "B=2",
            "--engine", "reference", "--kernel", typeof(MachineCommandOptions).Assembly.Location, "--timeout-instructions", "1000", "--log", "debug",
            "--realtime", "--swap", "1G", "--aslr", "on");
        Assert.Equal(64UL << 20, settings.MemoryBytes);
        Assert.Equal(CpuLevel.X8664V2, settings.Cpu);
        Assert.Equal("toy", settings.Tlb.Name);
        Assert.Equal([new DirectoryMount(folder, "/a", false), new DirectoryMount(folder, "/b", true)], settings.Mounts);
        Assert.Equal("/", settings.RootDirectory);
        Assert.Equal([.. EnvironmentVariable.Defaults, "A=1", "B=2"], settings.Environment);
        Assert.Equal(typeof(MachineCommandOptions).Assembly.Location, settings.KernelFile);
        Assert.True(settings.UsesReferenceEngine);
        Assert.Equal(1000UL, settings.InstructionLimit);
        Assert.Equal(LogVerbosity.Debug, settings.Log);
        Assert.True(settings.IsRealTime);
        Assert.True(settings.RandomizesAddresses);
        Assert.Equal(1UL << 30, settings.SwapBytes);
    }

    [Theory]
    [InlineData("--cpu", "x86-64-v4")]
    [InlineData("--tlb", "vax")]
    [InlineData("--tlb", "l1i=4x4;l1d=5x3")]
    [InlineData("--engine", "fastest")]
    [InlineData("-m", "1M")]
    [InlineData("-m", "2T")]
    [InlineData("-m", "16385K")]
    [InlineData("--root", "/no/such/directory")]
    [InlineData("--kernel", "/no/such/file")]
    [InlineData("--timeout-instructions", "0")]
    [InlineData("--timeout-instructions", "-5")]
    [InlineData("--timeout-instructions", "1e9")]
    [InlineData("--log", "loud")]
    public void Read_ValueOutOfRange_IsUsageError(string option, string value)
    {
        UsageException error = Assert.Throws<UsageException>(() => Read(option, value));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Read_MoreSwapThanTheMemoryCanManage_SaysHowMuchIsPossible()
    {
        UsageException error = Assert.Throws<UsageException>(() => Read("-m", "16M", "--swap", "2G"));
        Assert.Equal("--swap 2G: that is too much for 16M of RAM, which can manage 1G of swap space; give less of it, or more RAM with -m", error.Message);
        Assert.Equal(1UL << 30, Read("-m", "16M", "--swap", "1G").SwapBytes);
    }
}
