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

    /// <summary>The names are those of Linux 6.18, which may have other ones for the same waits from one version to the next.</summary>
    [Fact]
    public void WaitChannel_OfSleepers_NamesTheWait()
    {
        const string expected = """
            read: anon_pipe_read
            write: anon_pipe_write
            poll: poll_schedule_timeout.constprop.0
            epoll_wait: ep_poll
            nanosleep: hrtimer_nanosleep
            wait4: do_wait
            futex: futex_do_wait
            sigsuspend: sigsuspend
            sigwaitinfo: do_sigtimedwait
            eventfd: eventfd_read
            timerfd: timerfd_read_iter
            msgrcv: do_msgrcv
            stopped: do_signal_stop
            itself: 0

            """;
        Assert.Equal(expected, EmulatedProgram.Run(CompiledProgram.Glibc("wait-channels")).StandardOutput, ignoreLineEndingDifferences: true);
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
