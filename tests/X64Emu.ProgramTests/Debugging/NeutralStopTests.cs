using X64Emu.Cli.Options;
using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>A run with a thousand stops of every kind ends with the counters, the memory and the output of a run without one.</summary>
public sealed class NeutralStopTests
{
    [Theory]
    [InlineData("cow-fork", 2000, "zen3", false)]
    [InlineData("exec-wait", 1000, "toy", false)]
    [InlineData("signal-segv", 500, "toy;policy=lru", false)]
    [InlineData("hello", 500, "skylake", true)]
    public void Run_ProgramStoppedAThousandTimes_EndsAsWithoutAStop(string sample, int stride, string tlb, bool reference)
    {
        MachineSettings settings = new() { MemoryBytes = 64 << 20, Tlb = TlbSpecification.Parse(tlb), UsesReferenceEngine = reference };
        string[] words = [Repository.Sample(sample)];
        // The guest sees the file's access time, which a first read since the build changes.
        _ = File.ReadAllBytes(words[0]);
        using MachineRun free = new(words, settings), stopped = new(words, settings);
        Assert.Equal(PcStopReason.DebugExit, free.RunFreely().Reason);
        RandomStops stops = new(stopped.Machine, sample.Length, stride);
        Assert.Equal(PcStopReason.DebugExit, stops.Run().Reason);
        Assert.Equal(free.Describe(), stopped.Describe());

        Assert.True(stops.Stops.Values.Sum() > 1000);
        StopReason[] kinds = [StopReason.InstructionLimit, StopReason.Breakpoint, StopReason.Watchpoint, StopReason.Paused, StopReason.Requested];
        Assert.All(kinds, kind => Assert.True(stops.Stops.GetValueOrDefault(kind) > 0, $"no {kind}"));
        Assert.True(stops.HookCalls > 1000);
    }
}
