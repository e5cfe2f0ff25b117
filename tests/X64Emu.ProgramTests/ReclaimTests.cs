using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Which pages leave memory and which stay, how they come back, and how much of files may be changed.</summary>
public sealed class ReclaimTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly string _folder = Directory.CreateTempSubdirectory("x64emu-reclaim").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NativeFact]
    public void FilePages_ReadTwice_BecomeActiveAsOnLinux()
    {
        string program = CompiledProgram.Glibc("page-use"), file = Path.Combine(_folder, "file");
        ProgramResult native = NativeProgram.Run(program, [file, "32"]);
        ProgramResult guest = EmulatedProgram.Run(program, [file, "1"], options: ["--mount", $"{_folder}:{_folder}:rw"]);
        Assert.Equal(native.StandardOutput, guest.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void FilePages_ThatComeBackAfterReclaim_AreRefaults()
    {
        CompiledProgram.Glibc("swap-touch");
        const int FilePages = 2048;
        File.WriteAllBytes(Path.Combine(_folder, "file"), new byte[FilePages * PageBytes]);
        // Forgotten on purpose, a page is no refault.
        ProgramResult result = Shell(
            "cat /data/file > /dev/null; echo 1 > /proc/sys/vm/drop_caches; cat /data/file > /dev/null; cat /data/file > /dev/null; "
            + "counter() { grep $1 /proc/vmstat | cut -d ' ' -f 2; }; test $(counter refault_file) -lt 100 && echo none before; "
            + "/programs/swap-touch 24; cat /data/file > /dev/null; test $(counter refault_file) -gt 1000 && echo refaults; "
            + "test $(counter activate_file) -gt 100 && echo activated; test $(counter restore_file) -gt 100 && echo active before",
            ["-m", "32M", "--swap", "128M"]);
        Assert.Equal("none before\n24 MiB, 0 words wrong\nrefaults\nactivated\nactive before\n", result.StandardOutput);
    }

    [RequiresToolTheory("busybox", "busybox-static")]
    [InlineData("")]
    [InlineData("shared")]
    public void SwappedPages_WithPageCluster_ComeBackEightAtATime(string kind)
    {
        CompiledProgram.Glibc("swap-touch");
        ProgramResult result = Shell(
            "cat /proc/sys/vm/page-cluster; majors() { grep pgmajfault /proc/vmstat | cut -d ' ' -f 2; }; "
            + $"/programs/swap-touch 60 {kind}; first=$(majors); echo 0 > /proc/sys/vm/page-cluster; /programs/swap-touch 60 {kind}; "
            + "second=$(($(majors) - first)); test $second -gt 12000 && echo one by one; "
            + "test $((first * 7)) -lt $second && echo together; "
            + "grep swap_ra /proc/vmstat | (read name read; read name hit; test $hit -gt $((read * 9 / 10)) && echo hits)",
            ["-m", "32M", "--swap", "128M"]);
        Assert.Equal("3\n60 MiB, 0 words wrong\n60 MiB, 0 words wrong\none by one\ntogether\nhits\n", result.StandardOutput);
    }

    [Fact]
    public void PagesOfALargeFile_Dropped_LeaveNoKernelMemoryBehind()
    {
        string file = Path.Combine(_folder, "sparse");
        using (FileStream stream = File.Create(file)) stream.SetLength(1L << 30);
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("sparse-read"), [file], options: ["--mount", $"{_folder}:{_folder}"]);
        Assert.Equal("taken: yes, given back: yes\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void SharedMemory_OnSwap_ShowsInSmaps()
    {
        CompiledProgram.Glibc("share-and-wait");
        CompiledProgram.Glibc("swap-touch");
        ProgramResult result = Shell(
            "/programs/share-and-wait 8 & sleep 1; /programs/swap-touch 60; cd /proc/$!; "
            + "grep '^Swap' smaps_rollup | (read name swap unit; read name shares unit; "
            + "test $swap -gt 6000 && echo swapped; test $shares -lt 1000 && echo no shares); kill $!",
            ["-m", "32M", "--swap", "128M"]);
        Assert.Equal("60 MiB, 0 words wrong\nswapped\nno shares\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void NamesAndInodes_OfFilesLookedAt_AreReclaimableUntilDropped()
    {
        for (int i = 0; i < 400; i++) File.WriteAllText(Path.Combine(_folder, $"{i}"), "");
        ProgramResult result = Shell(
            "kept() { grep $1 /proc/meminfo | (read name size unit; echo $size); }; names=$(kept SReclaimable); others=$(kept SUnreclaim); "
            + "stat /data/* > /tmp/list; test $(kept SReclaimable) -gt $((names + 200)) && echo more; test $(kept SUnreclaim) -lt $((others + 60)) && echo nothing else; "
            + "echo 2 > /proc/sys/vm/drop_caches; test $(kept SReclaimable) -lt $((names + 40)) && echo given back",
            ["-m", "32M"]);
        Assert.Equal("more\nnothing else\ngiven back\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void AvailableMemory_IsWhatLinuxWouldCompute()
    {
        // free + files - min(files / 2, low) - high, in pages, and the same of what the kernel can give up; MemAvailable's kilobytes.
        const string Program =
            "/^MemFree/{free=$2/4} /^MemAvailable/{shown=$2/4} /^Active\\(file\\)|^Inactive\\(file\\)/{files+=$2/4} /^KReclaimable/{slab=$2/4} "
            + "$1==\"low\"{low=$2} $1==\"high\"{high=$2} function kept(n) { return n/2<low?int(n/2):low } "
            + "END{print free+files-kept(files)+slab-kept(slab)-high-shown, (files>1000)}";
        File.WriteAllBytes(Path.Combine(_folder, "file"), new byte[2048 * PageBytes]);
        ProgramResult result = Shell($"cat /data/file > /dev/null; cat /proc/meminfo /proc/zoneinfo > /tmp/both; awk '{Program}' /tmp/both", ["-m", "64M"]);
        string[] words = result.StandardOutput.Split();
        // The two files are read one after the other.
        Assert.InRange(int.Parse(words[0]), -64, 64);
        Assert.Equal("1", words[1]);
    }

    [NativeFact]
    public void VmStat_NamesOnly_WhatLinuxNames()
    {
        HashSet<string> native = [.. File.ReadLines("/proc/vmstat").Select(line => line.Split(' ')[0])];
        ProgramResult guest = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["cat", "/proc/vmstat"]);
        string[] names = [.. guest.StandardOutput.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0])];
        Assert.DoesNotContain(names, name => !native.Contains(name));
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    private ProgramResult Shell(string script, IEnumerable<string> options) => GuestShell.Run(script, [.. options, "--mount", $"{_folder}:/data"]);
}
