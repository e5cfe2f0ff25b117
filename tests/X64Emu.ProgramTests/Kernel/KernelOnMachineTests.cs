using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>The guest kernel on this machine: what programs see must be what they see on Linux, and none brings it down.</summary>
public sealed class KernelOnMachineTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    [NativeTheory]
    [InlineData("signals")]
    [InlineData("threads")]
    [InlineData("fault-counts")]
    [InlineData("small-calls")]
    [InlineData("shared-semaphore")]
    [InlineData("vector-state")]
    public void Program_OnTheGuestKernel_PrintsWhatItPrintsOnLinux(string name)
    {
        string program = CompiledProgram.Glibc(name);
        ProgramResult native = NativeProgram.Run(program), guest = EmulatedProgram.Run(program);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(native.ExitStatus, guest.ExitStatus);
    }

    /// <summary>A kernel without a file system to run from gets its program from the boot loader.</summary>
    [NativeFact]
    public void BootModule_LooksAtItself_SeesItsFileAsOnLinux()
    {
        string program = CompiledProgram.Glibc("own-file");
        ProgramResult guest = EmulatedProgram.Command(["boot", Repository.Kernel, "--module", program, "--append", "stdio=console -- /program"]);
        Assert.Equal(NativeProgram.Run(program), guest with { StandardOutput = guest.StandardOutput.ReplaceLineEndings("\n") });
    }

    [Fact]
    public void Processes_AThousandMadeAndEnded_LeaveAllFramesFree()
    {
        ProgramResult guest = EmulatedProgram.Run(CompiledProgram.Glibc("process-leak"), ["1000"], timeout: s_patience);
        Assert.Equal("frames lost: 0\n", guest.StandardOutput);
    }

    [Theory]
    [InlineData("random-calls", "50000")]
    [InlineData("random-code", "250")]
    public void Kernel_ProgramsThatDoRandomThings_OutlivesThem(string program, string count)
    {
        ProgramResult guest = EmulatedProgram.Run(CompiledProgram.Glibc(program), [count, "7"], timeout: s_patience);
        Assert.EndsWith("the kernel is still there\n", guest.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(0, guest.ExitStatus);
    }

    [NativeFact]
    public void KernelMemory_EveryWayToReachIt_FailsAsOnLinux()
    {
        string program = CompiledProgram.Glibc("kernel-memory");
        Assert.Equal(NativeProgram.Run(program).StandardOutput, EmulatedProgram.Run(program).StandardOutput);
    }

    [RequiresToolFact("musl-gcc", "musl-tools")]
    public void Exec_AThousandMutatedElfFiles_EndOneByOne()
    {
        string victim = CompiledProgram.Musl("greeting");
        ProgramResult guest = EmulatedProgram.Run(CompiledProgram.Glibc("mutated-programs"), [victim, "1000"], timeout: s_patience);
        Assert.Matches(@"^1000 programs: \d+ exited, \d+ refused, \d+ killed\n$", guest.StandardOutput);
        Assert.Equal(0, guest.ExitStatus);
    }
}
