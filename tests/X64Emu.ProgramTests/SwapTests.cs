using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Programs that use more memory than the machine has, with swap space: nothing is lost, and what is too much ends the right process.</summary>
public sealed class SwapTests
{
    private const int KilledStatus = 128 + 9;
    private static readonly string[] smallMachine = ["-m", "32M", "--swap", "256M"];
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    [Fact]
    public void Touch_OfFourTimesTheMemory_FindsEveryWord()
    {
        StatRun run = StatRun.Of(CompiledProgram.Glibc("swap-touch"), ["1024"], ["--swap", "1G"], timeout: patience);
        Assert.Equal("1024 MiB, 0 words wrong\n", run.Result.StandardOutput);
        // Each page that does not fit has to come back once for its check.
        Assert.InRange(run["page-faults.swap-in"], (1024 - 256) * 256, 1024 * 256 + 4096);
    }

    [NativeFact]
    public void MemoryOfAllKinds_InAFractionOfItsSize_IsAsOnLinux()
    {
        string program = CompiledProgram.Glibc("swap-mix");
        ProgramResult native = NativeProgram.Run(program, ["12"]);
        StatRun first = StatRun.Of(program, ["12"], smallMachine), second = StatRun.Of(program, ["12"], smallMachine);
        Assert.Equal(native, first.Result with { StandardError = native.StandardError });
        Assert.InRange(first["page-faults.swap-in"], 1000, long.MaxValue);
        Assert.Equal(first.Counts, second.Counts);
    }

    [NativeTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void PagesOfManyMappings_TakenAwayAtRandom_AreFoundInEach(int seed)
    {
        string program = CompiledProgram.Glibc("reverse-maps");
        Assert.Equal(NativeProgram.Run(program, [$"{seed}", "1000"]), EmulatedProgram.Run(program, [$"{seed}", "1000"], options: ["--swap", "64M"]));
    }

    [RequiresToolFact(Qemu.Tool, Qemu.Package)]
    public void MemoryOfAllKinds_UnderQemu_IsTheSame()
    {
        string program = CompiledProgram.Glibc("swap-mix");
        Qemu.Result qemu = Qemu.Run(Repository.Kernel, program, ["8"], patience, memoryMebibytes: 32, swapMebibytes: 256);
        Assert.Equal(EmulatedProgram.Run(program, ["8"], options: smallMachine).StandardOutput, qemu.StandardOutput);
        Assert.Equal(0, qemu.StatusModulo128);
    }

    [Fact]
    public void SharedMemory_InSwapSpace_ComesBackInClustersAndLeavesNothing()
    {
        const string Expected = "sent away: all\ntouched: 0 wrong, eight at a time\nread: 0 wrong\ncut off: 0 wrong\nsent away: all\n"
            + "touched from the end: 0 wrong\nsent away: all\nleft: 0 kB of swap space, 0 kB of its cache, frames right\n";
        Assert.Equal(Expected, EmulatedProgram.Run(CompiledProgram.Glibc("shared-swap"), [], options: ["-m", "64M", "--swap", "64M"]).StandardOutput);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void RandomMappingCalls_BesideAProcessThatWantsAllMemory_ReturnAndLeaveTheSame(int seed)
    {
        string undisturbed = EmulatedProgram.Run(CompiledProgram.Glibc("mapping-storm"), [$"{seed}", "1500"]).StandardOutput;
        CompiledProgram.Glibc("swap-touch");
        ProgramResult pressed = GuestShell.Run(
            $"/programs/swap-touch 40 forever & /programs/mapping-storm {seed} 1500; kill $!; wait; grep -q 'pswpout 0' /proc/vmstat && echo idle",
            smallMachine);
        Assert.Equal(undisturbed, pressed.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Hog_LargerThanMemoryAndSwap_DiesAloneAndASmallerOneLives()
    {
        CompiledProgram.Glibc("memory-hog");
        ProgramResult result = GuestShell.Run(
            "/programs/memory-hog 60; echo $?; /programs/memory-hog 200; echo $?; /programs/memory-hog 60; grep oom_kill /proc/vmstat",
            ["-m", "32M", "--swap", "64M"]);
        Assert.Equal($"60 MiB kept\n0\n{KilledStatus}\n60 MiB kept\noom_kill 1\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void SwapOff_WithRoomForThePages_BringsThemBack()
    {
        CompiledProgram.Glibc("swap-touch");
        // While the hog wants all memory there is no room, and swap stays; afterwards there is.
        ProgramResult result = GuestShell.Run(
            "/programs/swap-touch 40 forever & sleep 0.3; swapoff /dev/vda 2> /dev/null; echo $?; kill $!; wait; swapoff /dev/vda; echo $?; "
            + "tail -n +2 /proc/swaps; grep SwapTotal /proc/meminfo; swapon /dev/vda; grep -c vda /proc/swaps; /programs/swap-touch 40", smallMachine);
        Assert.Equal("1\n0\nSwapTotal:             0 kB\n1\n40 MiB, 0 words wrong\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Swapped_Pages_ShowInProc()
    {
        CompiledProgram.Glibc("swap-touch");
        ProgramResult result = GuestShell.Run(
            "/programs/swap-touch 48 forever & sleep 0.3; cd /proc/$!; "
            + "for i in \"VmSwap status\" \"Swap: smaps_rollup\" \"SwapPss: smaps_rollup\"; do set -- $i; "
            + "grep ^$1 $2 | (read name size rest; test $size -gt 8000 && echo $1); done; cd ..; "
            + "tail -n 1 swaps | (read disk type size used rest; test $used -gt 8000 && echo $disk $type $size); "
            + "kill $!; wait; grep -E '^(pswpin|pswpout|pgsteal_kswapd) [1-9]' vmstat | cut -d ' ' -f 1; "
            + "awk '/^nr_written/{all=$2} /^pswpout/{swapped=$2} END{if(all>=swapped) print \"written\"}' vmstat; grep SwapFree meminfo",
            smallMachine);
        const string Expected = "VmSwap\nSwap:\nSwapPss:\n/dev/vda partition 262140\npswpin\npswpout\npgsteal_kswapd\nwritten\nSwapFree:";
        Assert.StartsWith(Expected, result.StandardOutput, StringComparison.Ordinal);
    }
}
