using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Programs that want more than the machine has.</summary>
public sealed class OutOfMemoryTests
{
    private const int KilledStatus = 128 + 9, PanicStatus = 3;

    [RequiresToolFact("busybox", "busybox-static")]
    public void Hog_LargerThanMemory_DiesAloneAndItsMemoryComesBack()
    {
        ProgramResult result = Run("/programs/memory-hog 100; echo $?; /programs/memory-hog 40; grep oom_kill /proc/vmstat");
        Assert.Equal($"{KilledStatus}\n40 MiB kept\noom_kill 1\n", result.StandardOutput);
        Assert.Contains("Out of memory: Killed process 3 (memory-hog)", result.StandardError, StringComparison.Ordinal);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Hog_BesideAProcessWithAHigherScore_SurvivesIt()
    {
        ProgramResult result = Run("(echo 1000 > /proc/self/oom_score_adj; exec sleep 1000) & /programs/memory-hog 50; echo $?; /programs/memory-hog 100; echo $?; wait; echo done");
        Assert.Equal($"50 MiB kept\n0\n{KilledStatus}\ndone\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Hog_WithPanicOnOutOfMemory_EndsTheMachine() =>
        Assert.Equal(PanicStatus, Run("echo 1 > /proc/sys/vm/panic_on_oom; /programs/memory-hog 100").ExitStatus);

    private static ProgramResult Run(string script)
    {
        string folder = Path.GetDirectoryName(CompiledProgram.Glibc("memory-hog"))!;
        string busybox = HostTool.Require("busybox", "busybox-static");
        return EmulatedProgram.Run(busybox, ["sh", "-c", script], options: ["-m", "64M", "--mount", $"{folder}:/programs"]);
    }
}
