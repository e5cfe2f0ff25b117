using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>mlock and its relatives: the sums of locked pages are Linux's, and what is locked stays when all else goes.</summary>
public sealed class LockedMemoryTests
{
    [NativeFact]
    public void SumsOfLockedPages_InAllWaysToLockAndUnlock_AreAsOnLinux()
    {
        string program = CompiledProgram.Glibc("locked-memory");
        // Others on the host may lock some memory meanwhile; nobody does in the guest.
        ProgramResult native = NativeProgram.Run(program, ["128"]);
        Assert.Equal(native.StandardOutput, EmulatedProgram.Run(program, ["0"]).StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void LockedPages_WhileAnotherWantsAllMemory_AreNotLookedAt() => Assert.Equal(
        "60 MiB, 0 words wrong\nVmLck:\t    8192 kB\nUnevictable:        8192 kB\nMlocked:            8192 kB\n"
        + "Unevictable:           0 kB\nMlocked:               0 kB\nwrong_frames 0\nfirst_wrong_frame 0\nwrong_sums 0\n",
        Shell("/programs/lock-and-wait 8 & sleep 1; /programs/swap-touch 60; grep VmLck /proc/$!/status; grep -E 'Mlocked|Unevictable' /proc/meminfo; kill $!; wait; "
            + "grep -E 'Mlocked|Unevictable' /proc/meminfo; grep wrong_ /proc/framecheck"));

    /// <summary>The last but one column of /proc/sysvipc/shm is what is in memory, the last one what is on swap.</summary>
    [RequiresToolTheory("busybox", "busybox-static")]
    [InlineData("", "4194304 0\nUnevictable:        4096 kB\n")]
    [InlineData("unlocked", "0 4194304\nUnevictable:           0 kB\n")]
    public void Segment_WhileAnotherWantsAllMemory_StaysWhenItIsLocked(string mode, string expected) => Assert.Equal(
        "60 MiB, 0 words wrong\n" + expected,
        Shell($"/programs/lock-and-wait 4 segment {mode} & sleep 1; /programs/swap-touch 60; tail -n 1 /proc/sysvipc/shm | awk '{{print $(NF-1), $NF}}'; grep Unevictable /proc/meminfo; kill $!"));

    private static string Shell(string script)
    {
        string folder = Path.GetDirectoryName(CompiledProgram.Glibc("swap-touch"))!;
        CompiledProgram.Glibc("lock-and-wait");
        return EmulatedProgram.Run(
            HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script], options: ["-m", "32M", "--swap", "128M", "--mount", $"{folder}:/programs"]).StandardOutput;
    }
}
