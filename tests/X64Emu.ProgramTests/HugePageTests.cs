using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Memory in 2 MiB pages: transparent huge pages and hugetlb, beside Linux.</summary>
public sealed class HugePageTests
{
    [NativeFact]
    public void HugeMappings_CutSharedAndMoved_BreakUpAsOnLinux()
    {
        // A host may have transparent huge pages turned off.
        if (!HostMayUse("/sys/kernel/mm/transparent_hugepage/enabled")) return;
        string program = CompiledProgram.Glibc("huge-mappings");
        ProgramResult emulated = EmulatedProgram.Run(program, []);
        // Every ten seconds the host's khugepaged may put a page together that the program took apart.
        ProgramResult[] native = [.. Enumerable.Range(0, 3).Select(_ => NativeProgram.Run(program, []))];
        Assert.Contains(emulated, native);
    }

    [NativeFact]
    public void HugeCounters_OfEachStep_AreLinuxs()
    {
        if (!HostMayUse("/sys/kernel/mm/transparent_hugepage/enabled")) return;
        string program = CompiledProgram.Glibc("huge-counters");
        ProgramResult emulated = EmulatedProgram.Run(program, []);
        // The counters are the whole host's: somebody else may use huge pages just then.
        ProgramResult[] native = [.. Enumerable.Range(0, 5).Select(_ => NativeProgram.Run(program, []))];
        Assert.Contains(emulated, native);
    }

    [Theory]
    [InlineData("hugetlb")]
    [InlineData("hugetlb-files")]
    public void HugeTlb_FromAPoolOfEight_BehavesAsRecordedOnLinux(string program)
    {
        // Recorded on Linux 6.18, as it takes a pool that tests must not ask the host for.
        string expected = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Programs", $"{program}.txt"));
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc(program), []);
        Assert.Equal(expected, result.StandardOutput);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void HugeTlbStorm_OnAFileOfHugePages_LosesNoPageAndNoPromise(int seed)
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("hugetlb-storm"), [$"{seed}", "200"]);
        Assert.Equal("200 steps\nin the end                               Tota 32 Free 32 Rsvd 0 Surp 0\n", result.StandardOutput);
    }

    [Fact]
    public void Collapse_InTheBackground_TakesWhatItsSettingsAllowAsRecordedOnLinux()
    {
        // Recorded on Linux 6.18, as it takes settings that tests must not change on the host.
        string expected = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Programs", "collapse.txt"));
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("collapse"), []);
        Assert.Equal(expected, result.StandardOutput);
    }

    [Fact]
    public void Compaction_OfMemoryInPieces_MakesHugePagesAndLosesNoPage()
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("compaction"), [], options: ["-m", "64M"]);
        const string good = ": wrong pages 0, frames 0, sums 0\n";
        Assert.Equal($"broken up{good}huge pages without compaction: some\nwith compaction: all\nchild{good}parent{good}"
            + $"compacted: nearly all free memory in large blocks\ncompacted{good}pool: 5\npool made{good}moved: 1, stalled: 1\n", result.StandardOutput);
    }

    [Fact]
    public void HugePages_SwappedOrFreedLazily_GoAsAWholeWhereTheyCan()
    {
        // Three clusters of slots are free as a whole; the counts are what Linux's shrink_folio_list makes of the same pages.
        const string Expected = "before:\nthree sent away: thp_swpout 3 thp_split_pmd 3 pswpout 1536\n"
            + "no room for a fourth: thp_swpout_fallback 1 thp_split_pmd 1 thp_split_page 1 pswpout 511\nread again: 0 pages wrong\nothers written:\n"
            + "three given up, one written: pglazyfree 1536\nfreed lazily: 1024, apart: 1\nfirst words: 0 0 1025 1537\n";
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("huge-swap"), [], options: ["-m", "32M", "--swap", "8M"]);
        Assert.Equal(Expected, result.StandardOutput);
    }

    [Fact]
    public void HugePages_UsedInEveryWay_LeaveAllFramesCounted()
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("huge-frames"), [], options: ["--swap", "64M"]);
        Assert.Equal(0, result.ExitStatus);
        Assert.All(result.StandardOutput.TrimEnd().Split('\n'), line => Assert.EndsWith(": 0 0", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "128M")]
    [InlineData(2, "128M")]
    [InlineData(3, "24M")]
    public void HugeStorm_OnTransparentPagesAndSwap_LosesNoPage(int seed, string memory)
    {
        ProgramResult result = EmulatedProgram.Run(CompiledProgram.Glibc("huge-storm"), [$"{seed}", "120"], options: ["-m", memory, "--swap", "256M"]);
        Assert.Equal("120 steps\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void HugeStorm_OnPagesOfThePool_LosesNoPage()
    {
        string folder = Path.GetDirectoryName(CompiledProgram.Glibc("huge-storm"))!, busybox = HostTool.Require("busybox", "busybox-static");
        const string script = "echo 20 > /proc/sys/vm/nr_hugepages; /programs/huge-storm 1 200 hugetlb; grep -E 'Free|Rsvd' /proc/meminfo | grep HugePages";
        ProgramResult result = EmulatedProgram.Run(busybox, ["sh", "-c", script], options: ["--mount", $"{folder}:/programs"]);
        Assert.Equal("200 steps\nHugePages_Free:       20\nHugePages_Rsvd:        0\n", result.StandardOutput);
    }

    [NativeFact]
    public void PageTables_OfSparseMappings_CostAndReturnAsOnLinux()
    {
        if (!HostMayUse("/sys/kernel/mm/transparent_hugepage/enabled")) return;
        string program = CompiledProgram.Glibc("page-tables");
        // Where the mappings lie decides how many tables they touch.
        Assert.Equal(NativeProgram.RunAtFixedAddresses(program), EmulatedProgram.Run(program, []));
    }

    [Fact]
    public void HugePages_InPlaceOfSmallOnes_FaultAndMissTheTlbForEachTwoMebibytesOnly()
    {
        const int mebibytes = 32, smallPages = mebibytes * 256, hugePages = mebibytes / 2, rounds = 16;
        StatRun small = StatRun.Of(Repository.Sample("huge-pages"), ["small"]), huge = StatRun.Of(Repository.Sample("huge-pages"), ["huge"]);
        Assert.Equal(smallPages - hugePages, small["page-faults"] - huge["page-faults"]);
        // The small pages are more than any TLB holds: every load misses, each round.
        Assert.InRange(small["dTLB-load-misses"], smallPages * rounds, smallPages * rounds + 1000);
        Assert.InRange(huge["dTLB-load-misses"], 0, 1000);
        Assert.InRange(huge["page-walks.4k"], 0, 1000);
        Assert.InRange(huge["page-walks.2m"], hugePages, 1000);
    }

    /// <summary>With huge pages for all memory, programs that know nothing of them print the same; what a forked child writes splits the mappings.</summary>
    [RequiresToolFact("python3", "python3")]
    public void RealPrograms_WithHugePagesForAll_PrintTheSameAndUseThem()
    {
        const string python = "import os; b = bytearray(16 << 20); b[::4096] = b'\\1' * 4096; p = os.fork(); b[::65536] = bytes([2 + (p > 0)]) * 256; "
            + "p and os.waitpid(p, 0); print(sum(b), os.path.basename(os.__file__), flush=True)";
        const string programs = "seq 1 20000 | sort -rn | md5sum; python3 -c \"" + python + "\"";
        const string script = "echo always > /sys/kernel/mm/transparent_hugepage/enabled; " + programs
            + "; grep -E '^(thp_fault_alloc|thp_split_pmd) [1-9]' /proc/vmstat | cut -d ' ' -f 1; grep ^wrong_ /proc/framecheck";
        ProgramResult native = NativeProgram.Run("/bin/sh", ["-c", programs]);
        ProgramResult emulated = DebianProgram.Shell(script);
        Assert.Equal(native.StandardOutput + "thp_fault_alloc\nthp_split_pmd\nwrong_frames 0\nwrong_sums 0\n", emulated.StandardOutput);
    }

    /// <summary>Huge pages that do not fit into memory go to swap space as they are, and come back whole in content.</summary>
    [RequiresToolFact("python3", "python3")]
    public void HugePages_MoreThanMemory_GoToSwapAsAWhole()
    {
        const string python = "b = bytearray(64 << 20); b[::4096] = b'x' * 16384; print(b.count(b'x'))";
        const string script = "echo always > /sys/kernel/mm/transparent_hugepage/enabled; python3 -c \"" + python
            + "\"; grep -E '^(thp_split_pmd|thp_swpout|pswpin) [1-9]' /proc/vmstat | cut -d ' ' -f 1; grep ^wrong_ /proc/framecheck";
        ProgramResult result = DebianProgram.Shell(script, "-m", "64M", "--swap", "128M");
        Assert.Equal("16384\npswpin\nthp_split_pmd\nthp_swpout\nwrong_frames 0\nwrong_sums 0\n", result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void HugePageSettings_SetFromTheShell_KeepGoodValuesAndRefuseOthers()
    {
        const string script = "cd /sys/kernel/mm/transparent_hugepage; cat enabled hpage_pmd_size; echo always > enabled; cat enabled; "
            + "echo some > enabled || echo refused; cat enabled; cd ../hugepages/hugepages-2048kB; "
            + "echo 3 > /proc/sys/vm/nr_hugepages; cat nr_hugepages free_hugepages; echo 1 > nr_hugepages; grep HugePages_Total /proc/meminfo";
        ProgramResult result = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script]);
        Assert.Equal("always [madvise] never\n2097152\n[always] madvise never\nrefused\n[always] madvise never\n3\n3\nHugePages_Total:       1\n",
            result.StandardOutput);
    }

    /// <summary>Huge pages can be had again after their memory was used in pieces: the pieces have come together.</summary>
    [RequiresToolFact("busybox", "busybox-static")]
    public void FreedMemory_AfterManySmallUses_IsWholeAgain()
    {
        const string script = "cat /proc/buddyinfo; i=0; while [ $i -lt 20 ]; do cat /proc/self/maps > /dev/null; i=$((i+1)); done; "
            + "echo 100 > /proc/sys/vm/nr_hugepages; cat /proc/sys/vm/nr_hugepages; echo 0 > /proc/sys/vm/nr_hugepages; cat /proc/buddyinfo";
        string[] lines = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script]).StandardOutput.Split('\n');
        Assert.Equal("100", lines[1]);
        long before = LargestBlocks(lines[0]), after = LargestBlocks(lines[2]);
        Assert.InRange(before, 50, 64);
        Assert.InRange(after, before - 2, before + 2);

        static long LargestBlocks(string buddyInfo) => long.Parse(buddyInfo.TrimEnd().Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool HostMayUse(string setting) => File.Exists(setting) && !File.ReadAllText(setting).Contains("[never]", StringComparison.Ordinal);
}
