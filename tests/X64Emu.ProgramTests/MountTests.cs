using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>mount(2) and umount2(2) in the guest.</summary>
public sealed class MountTests
{
    [NativeRootFact]
    public void Calls_OfRootAndOthers_GiveLinuxResults()
    {
        string program = CompiledProgram.Glibc("mount-calls"), folder = Directory.CreateTempSubdirectory("x64emu-mounts").FullName;
        ProgramResult native = HostProcess.Run(HostTool.Require("unshare", "util-linux"), ["--mount", program, folder], "");
        Directory.Delete(folder, recursive: true);
        Assert.Equal(native, EmulatedProgram.Run(program, ["/dev/shm"]));
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Memory_OfAnUnmountedFileSystem_IsFree()
    {
        const string free = "grep -E '^(MemFree|Shmem):' /proc/meminfo | tr -s ' ' | cut -d ' ' -f 2";
        const string script = "mkdir /m; use() { mount -t tmpfs -o size=16m none /m; mkdir -p /m/a/b; dd if=/dev/zero of=/m/a/b/f bs=1M count=8; ln -s x /m/l; "
            + "df /m | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2,3,6; umount /m; }; use 2> /dev/null; " + free + "; for i in 1 2 3 4; do use 2> /dev/null; done; " + free
            + "; grep wrong_ /proc/framecheck";
        string[] lines = GuestShell.Run(script, ["-m", "64M"]).StandardOutput.TrimEnd('\n').Split('\n');
        Assert.Equal("16384 8192 /m", lines[0]);
        Assert.Equal("0", lines[2]);
        Assert.InRange(int.Parse(lines[1]) - int.Parse(lines[7]), -64, 64);
        Assert.Equal(["0", "wrong_frames 0", "first_wrong_frame 0", "wrong_sums 0"], lines[8..]);
    }
}
