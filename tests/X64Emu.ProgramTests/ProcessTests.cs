using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Processes, threads, signals, timers and what they wait for: each program prints here what it prints on Linux.</summary>
public sealed class ProcessTests
{
    /// <summary>Of each kind of work a tenth and all: processes one after the other, processes at once, threads at once.</summary>
    [Theory]
    [InlineData("row", 50)]
    [InlineData("crowd", 50)]
    [InlineData("threads", 20)]
    public void ManyProcesses_TenTimesAsMany_CostTenTimesAsMuchAndLeaveNothing(string what, int count)
    {
        string program = CompiledProgram.Glibc("many-processes");
        StatRun few = StatRun.Of(program, [what, $"{count}"]), many = StatRun.Of(program, [what, $"{count * 10}"]);
        Assert.Equal("frames lost: 0\n", many.Result.StandardOutput);
        Assert.InRange(many["instructions"], few["instructions"] * 5, few["instructions"] * 11);
    }

    [NativeTheory]
    [InlineData("signal-queues")]
    [InlineData("timer-calls")]
    [InlineData("thread-calls")]
    [InlineData("event-calls")]
    [InlineData("epoll-edges")]
    [InlineData("wait-calls")]
    [InlineData("process-files")]
    [InlineData("rseq")]
    [InlineData("signal-rules")]
    [InlineData("system-v")]
    [InlineData("poll-wakeups")]
    public void Program_BesideLinux_PrintsAndEndsTheSame(string name)
    {
        string program = CompiledProgram.Glibc(name);
        ProgramResult native = NativeProgram.Run(program), guest = EmulatedProgram.Run(program);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(native.ExitStatus, guest.ExitStatus);
    }
}
