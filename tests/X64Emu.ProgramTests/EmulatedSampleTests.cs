using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The samples on the guest kernel: the same text and exit status as on Linux, and the same counts on every run.</summary>
public sealed class EmulatedSampleTests
{
    public static TheoryData<string> Samples => [.. SampleList.Names];

    [NativeTheory]
    [MemberData(nameof(Samples))]
    public void Sample_RunInTheGuest_PrintsWhatItPrintsOnLinux(string name)
    {
        ProgramResult native = NativeProgram.Run(Repository.Sample(name)), emulated = EmulatedProgram.Run(Repository.Sample(name), options: SampleList.Options(name));
        Assert.Equal(native.StandardOutput, emulated.StandardOutput);
        Assert.Equal(native.ExitStatus, emulated.ExitStatus);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("cow-fork")]
    [InlineData("exec-wait")]
    [InlineData("signal-segv")]
    [InlineData("swap-thrash")]
    public void Sample_MeasuredTwice_CountsTheSame(string name)
    {
        IReadOnlyList<string> options = SampleList.Options(name);
        StatRun first = StatRun.Of(Repository.Sample(name), options: options), second = StatRun.Of(Repository.Sample(name), options: options);
        Assert.Equal(first.Counts, second.Counts);
        Assert.True(first["instructions"] > 0);
    }

    [Theory]
    [InlineData("hello", "skylake")]
    [InlineData("cow-fork", "skylake")]
    [InlineData("signal-segv", "toy")]
    [InlineData("tlb-stride", "toy")]
    [InlineData("tlb-stride", "zen3")]
    [InlineData("exec-wait", "haswell")]
    public void Sample_OnTheReferenceEngine_CountsTheSame(string name, string tlb)
    {
        StatRun fast = StatRun.Of(Repository.Sample(name), options: ["--tlb", tlb]);
        StatRun reference = StatRun.Of(Repository.Sample(name), options: ["--tlb", tlb, "--engine", "reference"]);
        Assert.Equal(reference.Counts, fast.Counts);
        Assert.Equal(reference.Result.StandardOutput, fast.Result.StandardOutput);
    }
}
