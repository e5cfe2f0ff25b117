using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Processes, threads, signals, timers and what they wait for: each program prints here what it prints on Linux.</summary>
public sealed class ProcessTests
{
    [NativeTheory]
    [InlineData("signal-queues")]
    [InlineData("timer-calls")]
    [InlineData("thread-calls")]
    [InlineData("event-calls")]
    [InlineData("wait-calls")]
    public void Program_BesideLinux_PrintsAndEndsTheSame(string name)
    {
        string program = CompiledProgram.Glibc(name);
        ProgramResult native = NativeProgram.Run(program), guest = EmulatedProgram.Run(program);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(native.ExitStatus, guest.ExitStatus);
    }
}
