using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Kernel;

/// <summary>The guest kernel on a machine that is not ours: what programs see must be what they see on Linux.</summary>
public sealed class KernelOnQemuTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    [RequiresToolTheory(Qemu.Tool, Qemu.Package)]
    [InlineData("signals", 128 + 15)]
    [InlineData("threads", 0)]
    [InlineData("fault-counts", 0)]
    [InlineData("small-calls", 0)]
    [InlineData("shared-semaphore", 0)]
    [InlineData("vector-state", 0)]
    public void Program_OnTheGuestKernel_PrintsWhatItPrintsOnLinux(string name, int status)
    {
        string program = CompiledProgram.Glibc(name);
        ProgramResult native = NativeProgram.Run(program);
        Qemu.Result guest = Qemu.Run(Repository.Kernel, program, timeout: s_patience);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
        Assert.Equal(status & 127, guest.StatusModulo128);
    }

    [RequiresToolFact(Qemu.Tool, Qemu.Package)]
    public void Processes_AThousandMadeAndEnded_LeaveAllFramesFree()
    {
        Qemu.Result guest = Qemu.Run(Repository.Kernel, CompiledProgram.Glibc("process-leak"), ["1000"], s_patience);
        Assert.Equal("frames lost: 0\n", guest.StandardOutput);
    }

    [RequiresToolTheory(Qemu.Tool, Qemu.Package)]
    [InlineData("random-calls", "50000")]
    [InlineData("random-code", "500")]
    public void Kernel_ProgramsThatDoRandomThings_OutlivesThem(string program, string count)
    {
        Qemu.Result guest = Qemu.Run(Repository.Kernel, CompiledProgram.Glibc(program), [count, "7"], s_patience);
        Assert.DoesNotContain("panic", guest.StandardError, StringComparison.Ordinal);
        Assert.EndsWith("the kernel is still there\n", guest.StandardOutput, StringComparison.Ordinal);
    }

    [RequiresToolFact(Qemu.Tool, Qemu.Package)]
    public void Exec_MutatedElfFiles_EndInAnExitStatusOrASignal()
    {
        string source = CompiledProgram.Glibc("threads");
        byte[] original = File.ReadAllBytes(source);
        Random random = new(4711);
        string folder = Directory.CreateTempSubdirectory("x64emu-elf").FullName;
        try
        {
            for (int round = 0; round < 12; round++)
            {
                byte[] mutated = [.. original];
                for (int change = 0; change < 4; change++) mutated[random.Next(64 + 10 * 56)] = (byte)random.Next(256);
                string program = Path.Combine(folder, "mutated" + round);
                // A copy keeps the mode bits.
                File.Copy(source, program);
                File.WriteAllBytes(program, mutated);
                Qemu.Result guest = Qemu.Run(Repository.Kernel, program, timeout: s_patience);
                Assert.DoesNotContain("panic", guest.StandardError, StringComparison.Ordinal);
                Assert.NotNull(guest.StatusModulo128);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
