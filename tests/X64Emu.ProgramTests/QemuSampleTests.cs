using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The same kernel image with the same programs under QEMU: the kernel relies on nothing that this machine alone has.</summary>
public sealed class QemuSampleTests
{
    // The longest takes half a minute; on a machine that is busy with other things its timer ticks leave QEMU little time for the program.
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(8);

    public static TheoryData<string> Samples => [.. SampleList.Names];

    [RequiresToolTheory(Qemu.Tool, Qemu.Package)]
    [MemberData(nameof(Samples))]
    public void Sample_UnderQemu_PrintsTheSameText(string name)
    {
        ProgramResult emulated = EmulatedProgram.Run(Repository.Sample(name), options: SampleList.Options(name));
        (int memory, int swap) = SampleList.Machine(name);
        Qemu.Result qemu = Qemu.Run(Repository.Kernel, Repository.Sample(name), timeout: patience, memoryMebibytes: memory, swapMebibytes: swap);
        Assert.Equal(emulated.StandardOutput, qemu.StandardOutput);
        Assert.Equal(emulated.ExitStatus % 128, qemu.StatusModulo128);
    }
}
