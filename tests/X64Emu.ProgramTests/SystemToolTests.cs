using System.Globalization;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The distribution's tools that look at the system: what they show of CPU time, disks, memory, the kernel log and what processes move.</summary>
public sealed class SystemToolTests
{
    [RequiresToolTheory("ps", "procps")]
    [InlineData("vmstat -m")]
    [InlineData("vmstat -d")]
    [InlineData("vmstat -D")]
    [InlineData("vmstat -s")]
    [InlineData("slabtop -o")]
    [InlineData("lscpu")]
    [InlineData("lsmem")]
    [InlineData("lsblk")]
    [InlineData("lslocks")]
    [InlineData("swapon --show")]
    [InlineData("dmesg")]
    [InlineData("dmesg -S")]
    [InlineData("ps -eLo pid,tid,ni,pri,psr,cls,stat,wchan,etime,lstart,user,comm")]
    [InlineData("ps axjf")]
    [InlineData("readlink /proc/1/cwd")]
    public void Tool_InTheGuest_SucceedsWithoutComplaint(string command)
    {
        ProgramResult result = DebianProgram.Shell(command, "--swap", "16M");
        Assert.Equal((0, ""), (result.ExitStatus, result.StandardError));
        Assert.NotEqual("", result.StandardOutput.Replace("\n", "", StringComparison.Ordinal) + (command is "lslocks" ? "no locks" : ""));
    }

    [RequiresToolTheory("sar", "sysstat")]
    [InlineData("sar -d 1 1")]
    [InlineData("sar -b 1 1")]
    [InlineData("sar -I SUM 1 1")]
    [InlineData("mpstat -P ALL 1 1")]
    [InlineData("iostat -x 1 1")]
    [InlineData("pidstat -d 1 1")]
    [InlineData("pidstat -w 1 1")]
    public void Sysstat_InTheGuest_SucceedsWithoutComplaint(string command)
    {
        ProgramResult result = DebianProgram.Shell(command, "--swap", "16M");
        Assert.Equal((0, ""), (result.ExitStatus, result.StandardError));
    }

    /// <summary>One after the other: a loop in user mode, system calls, sleep. Each shows in its own column of /proc/stat.</summary>
    [NativeFact]
    public void ProcStat_AfterWorkOfEachKind_TellsUserSystemAndIdleApart()
    {
        const string script = """
            show() { read -r _ user nice system idle _ < /proc/stat; echo $user $nice $system $idle; }
            show; for ((i = 0; i < 20000; i++)); do :; done
            show; nice -n 5 bash -c 'for ((i = 0; i < 20000; i++)); do :; done'
            show; dd if=/dev/urandom of=/dev/null bs=64k count=600 status=none
            show; sleep 1
            show
            """;
        long[][] rows = Numbers(DebianProgram.Shell(script));
        Assert.Equal(5, rows.Length);
        long[][] spent = [.. rows.Skip(1).Zip(rows, (after, before) => after.Zip(before, (a, b) => a - b).ToArray())];
        for (int kind = 0; kind < 4; kind++) Assert.True(spent[kind][kind] * 10 >= spent[kind].Sum() * 8, $"row {kind}: {string.Join(' ', spent[kind])}");
        Assert.InRange(spent[3][3], 99, 102);
    }

    [NativeFact]
    public void Niceness_Set_IsInheritedAndShownAsOnLinux()
    {
        const string script = "nice; nice -n 5 nice; nice -n 30 nice; renice -n 3 -p $$ > /dev/null; nice; nice -n 2 awk '{print $18, $19}' /proc/self/stat; nice -n 4 cat /proc/self/stat | cut -d' ' -f18,19";
        ProgramResult emulated = DebianProgram.Shell(script);
        Assert.Equal(HostProcess.Run("/bin/bash", ["-c", script]).StandardOutput, emulated.StandardOutput);
        Assert.Equal("", emulated.StandardError);
    }

    /// <summary>A step of niceness is a quarter, so five of them share the CPU three to one.</summary>
    [NativeFact]
    public void Niceness_OfTwoLoops_SharesTheCpuByWeight()
    {
        const string loop = "while :; do :; done";
        string script = $"({loop}) & first=$!; nice -n 5 bash -c '{loop}' & second=$!; sleep 0.25; cut -d' ' -f14 /proc/$first/stat /proc/$second/stat; kill $first $second";
        long[][] ticks = Numbers(DebianProgram.Shell(script));
        Assert.InRange((double)ticks[0][0] / ticks[1][0], 2.4, 3.9);
    }

    [NativeFact]
    public void Dmesg_AfterACrashAndAnOutOfMemoryKill_TellsOfBoth()
    {
        string crash = CompiledProgram.Dynamic("debug-crash"), hog = CompiledProgram.Glibc("memory-hog");
        string output = DebianProgram.Shell($"{crash}; {hog} 100; dmesg; dmesg -S | tail -1", "-m", "64M").StandardOutput;
        Assert.Matches(@"\n\[ +[0-9]+\.[0-9]{6}\] [^\n]*\[[0-9]+\]: segfault at 10 ip [0-9a-f]{16} sp [0-9a-f]{16} error 6 in [^\n]*\[[0-9a-f]+,[0-9a-f]+\+[0-9a-f]+\]", output);
        Assert.Matches(@"\] Code:( <?[0-9a-f]{2}>?){64}\n", output);
        Assert.Matches(@"\] memory-hog invoked oom-killer: .*oom_score_adj=0\n", output);
        Assert.Matches(@"\] Out of memory: Killed process [0-9]+ \(memory-hog\) total-vm:[0-9]+kB, anon-rss:[0-9]+kB, file-rss:[0-9]+kB, shmem-rss:0kB", output);
        Assert.EndsWith("oom_score_adj:0\n", output, StringComparison.Ordinal);
    }

    [NativeFact]
    public void KernelLog_WrittenAndReadByPrograms_KeepsPrioritiesAndOrder()
    {
        const string script = """
            echo '<3>an error' > /dev/kmsg; echo plain > /dev/kmsg; echo '<30>a daemon' > /dev/kmsg
            dmesg -x -t | tail -3; dmesg -l err -t; dd if=/dev/kmsg iflag=nonblock bs=8k count=100 2> /dev/null | tail -1 | cut -d, -f1,4
            dmesg -C; dmesg | wc -l; echo later > /dev/kmsg; dmesg -t -S
            """;
        ProgramResult result = DebianProgram.Shell(script);
        Assert.Equal("user  :err   : an error\nuser  :warn  : plain\ndaemon:info  : a daemon\nan error\n30,-;a daemon\n0\nlater\n", result.StandardOutput);
        Assert.Equal("", result.StandardError);
    }

    [NativeFact]
    public void SwapSpace_MadeAndSwitchedByTheTools_ComesAndGoes()
    {
        const string script = """
            swapon --show=NAME,SIZE,PRIO --noheadings; swapoff -a; swapon /dev/vda; swapon --show=PRIO --noheadings; swapoff /dev/vda; grep -c vda /proc/swaps
            mkswap -q -L course /dev/vda; blkid -o value -s LABEL /dev/vda; swapon -p 7 /dev/vda; swapon --show=SIZE,PRIO --noheadings
            mkswap /dev/vda 2> /dev/null; echo $?; swapoff -a; dd if=/dev/zero of=/dev/vda bs=4k count=1 status=none; swapon /dev/vda 2> /dev/null; echo $?
            echo $(cat /proc/partitions); lsblk -r -n -o NAME,MAJ:MIN,SIZE,TYPE
            """;
        ProgramResult result = DebianProgram.Shell(script, "--swap", "16M");
        Assert.Equal("/dev/vda  16M   -2\n  -2\n0\ncourse\n 16M    7\n1\n255\nmajor minor #blocks name 254 0 16384 vda\nvda 254:0 16M disk\n", result.StandardOutput);
        Assert.Equal("", result.StandardError);
    }

    [NativeFact]
    public void Disk_ReadAndWrittenAtAnyOffset_KeepsItsBytes()
    {
        const string script = """
            printf 'across a page' | dd of=/dev/vda bs=1 seek=4090 conv=notrunc status=none; dd if=/dev/vda bs=1 skip=4090 count=13 status=none; echo
            tail -c 4 /dev/vda | od -An -tx1; stat -c '%F %t:%T' /dev/vda; dd if=/dev/zero of=/dev/vda bs=1M 2>&1 | head -1; head -c 5000 /dev/vda | tr -d '\0' | wc -c
            """;
        ProgramResult result = DebianProgram.Shell("swapoff -a; " + script, "--swap", "1M");
        Assert.Equal("across a page\n 00 00 00 00\nblock special file fe:0\ndd: error writing '/dev/vda': No space left on device\n0\n", result.StandardOutput);
    }

    /// <summary>What a program reads and writes between two looks at its own io file.</summary>
    [RequiresToolFact("python3", "python3")]
    public void ProcIo_AroundReadsAndWrites_CountsThemAsLinuxDoes()
    {
        const string script = """
            import os
            def look(): return {line.split(b':')[0]: int(line.split(b':')[1]) for line in os.pread(io, 4096, 0).splitlines()}
            io = os.open('/proc/self/io', os.O_RDONLY); zero = os.open('/dev/zero', os.O_RDONLY); null = os.open('/dev/null', os.O_WRONLY)
            before = look()
            for i in range(10): os.write(null, os.read(zero, 1000 + i))
            os.writev(null, [b'ab', b'cde'])
            after = look()
            shown = len(os.pread(io, 4096, 0))
            print([after[key] - before[key] for key in (b'syscr', b'syscw', b'wchar')], (after[b'rchar'] - before[b'rchar'] - 10045) // 20 <= shown // 20)
            """;
        ProgramResult native = HostProcess.Run("/usr/bin/python3", ["-c", script]);
        Assert.Equal("[11, 11, 10050] True\n", native.StandardOutput);
        Assert.Equal(native, DebianProgram.Run("/usr/bin/python3", ["-c", script]));
    }

    [RequiresToolFact("ps", "procps")]
    public void NamesOfThreads_SetAndInherited_AreShownAsOnLinux()
    {
        string program = CompiledProgram.Dynamic("thread-names");
        Assert.Equal(HostProcess.Run(program, []), DebianProgram.Run(program, []));
    }

    /// <summary>dd leaves changed pages, sync writes them at once, the flusher after half a minute.</summary>
    [NativeFact]
    public void DirtyPages_NotWrittenOnClose_WaitForSyncOrTheFlusher()
    {
        const string script = """
            dirty() { awk '/^Dirty/ {print $2}' /proc/meminfo; }
            write() { dd if=/dev/zero of=/tmp/shared/file bs=1M count=4 conv=notrunc status=none; }
            sysctl -q -w fs.9p.write_on_close=0; write; dirty; sync; dirty; write; sleep 20; dirty; sleep 20; dirty; echo text > /tmp/shared/late; dirty; cat /tmp/shared/late
            """;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("x64emu-");
        try
        {
            ProgramResult result = DebianProgram.Shell(script, "--mount", $"{folder.FullName}:/tmp/shared:rw");
            Assert.Equal(new ProgramResult(0, "4096\n0\n4096\n0\n4\ntext\n", ""), result);
            Assert.Equal("text\n", File.ReadAllText(Path.Combine(folder.FullName, "late")));
            Assert.Equal(4 << 20, new FileInfo(Path.Combine(folder.FullName, "file")).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [RequiresToolFact("python3", "python3")]
    public void ResidentMemory_SharedAndPrivate_IsToldApartAsOnLinux()
    {
        const string script = """
            import mmap
            def show():
                rows = {line.split(':')[0]: int(line.split()[1]) for line in open('/proc/self/status') if line.startswith(('Rss', 'VmRSS'))}
                print(rows['RssShmem'], rows['VmRSS'] == rows['RssAnon'] + rows['RssFile'] + rows['RssShmem'], rows['RssFile'] > 1000)
                return rows['RssAnon']
            start = show()
            shared = mmap.mmap(-1, 1 << 20)
            for i in range(0, 1 << 20, 4096): shared[i] = 1
            show()
            private = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for i in range(0, 1 << 20, 4096): private[i] = 1
            print((show() - start) // 100)
            print([int(line.split()[1]) > 1000 for line in open('/proc/meminfo') if line.startswith('Mapped')])
            """;
        ProgramResult native = HostProcess.Run("/usr/bin/python3", ["-c", script]);
        Assert.Equal(native, DebianProgram.Run("/usr/bin/python3", ["-c", script]));
    }

    /// <summary>Those that cannot be read as text on Linux either are left out: memory, page tables, the log, commands.</summary>
    [NativeFact]
    public void ProcAndSys_EveryFile_CanBeReadAndHasLines()
    {
        const string script = """
            shopt -s globstar; count=0
            for file in /proc/[a-z]** /proc/sys/** /proc/self/* /proc/self/fdinfo/* /sys/**; do
                [[ -f $file && -r $file && ! $file =~ (kpage|pagemap|/mem$|clear_refs|drop_caches|compact_memory|framecheck) ]] || continue
                cat "$file" > /dev/null || echo "$file: $?"; count=$((count + 1))
            done
            ((count > 150)) && echo enough
            """;
        ProgramResult result = DebianProgram.Shell(script, "--swap", "16M");
        Assert.Equal(("enough\n", ""), (result.StandardOutput, result.StandardError));
    }

    private static long[][] Numbers(ProgramResult result) =>
        [.. result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray())];
}
