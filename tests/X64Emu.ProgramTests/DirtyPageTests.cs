using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Limits on what may be changed and not written back: /proc/sys/vm/dirty_*.</summary>
public sealed class DirtyPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("x64emu-dirty").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RequiresToolFact("busybox", "busybox-static")]
    public void Writer_BelowAllLimits_LeavesItsPages() =>
        Assert.Equal("8192 kB changed at most\n8192 kB after a while\n", Run("echo 50 > dirty_background_ratio; echo 90 > dirty_ratio; /programs/dirty-pages /data/file 8192 1000"));

    /// <summary>Half-way between both limits, as on Linux, a writer writes back itself.</summary>
    [RequiresToolFact("busybox", "busybox-static")]
    public void Writer_AboveDirtyBytes_IsThrottled() => Assert.Equal(
        "0 4194304 0 2097152\n1024\n512\n3072 kB changed at most\n",
        Run("echo 0 > dirty_writeback_centisecs; echo 4194304 > dirty_bytes; echo 2097152 > dirty_background_bytes; "
            + "echo $(cat dirty_ratio dirty_bytes dirty_background_ratio dirty_background_bytes); grep dirty_threshold /proc/vmstat | cut -d ' ' -f 2; "
            + "grep dirty_background_threshold /proc/vmstat | cut -d ' ' -f 2; /programs/dirty-pages /data/file 16384"));

    [RequiresToolFact("busybox", "busybox-static")]
    public void Flusher_AboveTheBackgroundLimit_StartsAtOnce()
    {
        string[] lines = Run("echo 90 > dirty_ratio; echo 1048576 > dirty_background_bytes; /programs/dirty-pages /data/file 8192 100").Split('\n');
        Assert.InRange(int.Parse(lines[0].Split(' ')[0]), 1024, 8191);
        Assert.Equal("0 kB after a while", lines[1]);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Flusher_WhenPagesAreOldEnough_WritesThem() => Assert.Equal(
        "8192 kB changed at most\n8192 kB after a while\n8192 kB changed at most\n0 kB after a while\n",
        Run("echo 50 > dirty_background_ratio; echo 90 > dirty_ratio; echo 100 > dirty_expire_centisecs; echo 50 > dirty_writeback_centisecs; "
            + "/programs/dirty-pages /data/file 8192 500; /programs/dirty-pages /data/file 8192 2000"));

    [RequiresToolFact("busybox", "busybox-static")]
    public void Limits_OfOneKind_ResetTheOther() => Assert.Equal(
        "0 8192\n30 0\n",
        Run("echo 8192 > dirty_bytes; echo $(cat dirty_ratio dirty_bytes); echo 30 > dirty_ratio; echo $(cat dirty_ratio dirty_bytes); echo 4096 > dirty_bytes 2> /dev/null"));

    private string Run(string script)
    {
        string programs = Path.GetDirectoryName(CompiledProgram.Glibc("dirty-pages"))!;
        return EmulatedProgram.Run(
            HostTool.Require("busybox", "busybox-static"), ["sh", "-c", "cd /proc/sys/vm; " + script],
            options: ["-m", "64M", "--mount", $"{programs}:/programs", "--mount", $"{_folder}:/data:rw"]).StandardOutput;
    }
}
