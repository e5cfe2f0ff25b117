using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The reports about processes and their memory, on a parent and a child that share pages.</summary>
public sealed class GuestReportTests
{
    [RequiresToolFact("gcc", "gcc")]
    public void Maps_OfAProgram_CountWhatTheTablesMap()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        IReadOnlyList<string> lines = MapsText.Lines(machine.Memory, machine.Guest, machine.Parent);
        Assert.Matches(@"^process 2 \(program\), page tables at CR3 = 0x[0-9a-f]+; counts of pages present in them:$", lines[0]);
        string[] headers = Words(lines[2]);
        string[] Row(string word) => Words(lines.Single(line => line.StartsWith($"{machine.Printed(word):x8}-", StringComparison.Ordinal)));
        string Cell(string word, string column) => Row(word)[Array.IndexOf(headers, column)];
        // The first page was copied by the child, the second is still shared, the third shows the zero page, the fourth was never touched.
        string[] columns = ["pages", "mapped", "write", "cow", "zero"];
        Assert.Equal("rw-p", Row("private")[1]);
        Assert.Equal(["4", "3", "0", "1", "1"], columns.Select(column => Cell("private", column)));
        Assert.Equal(("---p", "1", "0"), (Row("forbidden")[1], Cell("forbidden", "pages"), Cell("forbidden", "mapped")));
        Assert.Equal(("rw-s", "1", "1", "0"), (Row("shared")[1], Cell("shared", "mapped"), Cell("shared", "write"), Cell("shared", "cow")));
        Assert.Equal("/tmp/memory-view", Row("file")[^1]);
        Assert.EndsWith("pages mapped, all of them in areas", lines[^1], StringComparison.Ordinal);
        Assert.Equal(machine.Guest.Areas(machine.Parent).Count + 4, lines.Count);
        Assert.Contains("has no memory of its own", MapsText.Lines(machine.Memory, machine.Guest, machine.Guest.Processes[0])[0], StringComparison.Ordinal);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void CopyOnWrite_PageOfBoth_ShowsBothEntries()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        IReadOnlyList<string> Lines(string word, ulong offset) =>
            CopyOnWriteText.Lines(machine.Memory, machine.Guest, machine.Parent, machine.Address(word) + offset);
        IReadOnlyList<string> shared = Lines("private", 4096);
        Assert.Equal(5, shared.Count);
        Assert.EndsWith(", 2 references", shared[0], StringComparison.Ordinal);
        Assert.Equal(["2", "program", $"0x{machine.Printed("private") + 4096:x16}"], Words(shared[2])[..3]);
        Assert.Equal(["3", "program", $"0x{machine.Printed("private") + 4096:x16}"], Words(shared[3])[..3]);
        Assert.StartsWith("Copy-on-write: the area may be written, the entry may not.", shared[^1], StringComparison.Ordinal);
        Assert.StartsWith("Copy-on-write no more", Lines("private", 0)[^1], StringComparison.Ordinal);
        Assert.StartsWith("Copy-on-write of the zero page", Lines("private", 8192)[^1], StringComparison.Ordinal);
        Assert.Contains("is not mapped yet", Assert.Single(Lines("private", 12288)), StringComparison.Ordinal);
        Assert.StartsWith("Not copy-on-write: the area is shared", Lines("shared", 0)[^1], StringComparison.Ordinal);
        Assert.StartsWith("Not copy-on-write: the area may not be written", Lines("file", 0)[^1], StringComparison.Ordinal);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Frame_OfEachUse_NamesItsUsers()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        ulong FrameOf(string word, ulong offset) =>
            machine.Memory.TryTranslate(machine.Address(word) + offset, out PhysicalAddress physical, machine.Parent.Cr3) ? physical.Value >> 12 : 0;
        IReadOnlyList<string> shared = FrameText.Lines(machine.Memory, machine.Guest, FrameOf("private", 4096));
        Assert.EndsWith(": 2 references", shared[0], StringComparison.Ordinal);
        Assert.Equal(2, shared.Count(line => line.StartsWith("mapped by    ", StringComparison.Ordinal)));
        Assert.Contains(shared, line => line.Contains("mapped by  kernel  0xffff8880", StringComparison.Ordinal));
        Assert.Equal("2 = 2 mappings by processes + 0 page cache + 0 page table", shared[^1]);
        IReadOnlyList<string> file = FrameText.Lines(machine.Memory, machine.Guest, FrameOf("file", 0));
        Assert.Contains(file, line => line.EndsWith("page 1 of /tmp/memory-view", StringComparison.Ordinal));
        Assert.Equal("2 = 1 mapping by processes + 1 page cache + 0 page table", file[^1]);
        IReadOnlyList<string> root = FrameText.Lines(machine.Memory, machine.Guest, machine.Parent.Cr3!.Value >> 12);
        Assert.Contains(root, line => line.StartsWith("PML4 of         2", StringComparison.Ordinal));
        Assert.Equal("1 = 0 mappings by processes + 0 page cache + 1 page table", root[^1]);
        Assert.Contains("is not RAM", FrameText.Lines(machine.Memory, machine.Guest, 1UL << 30)[0], StringComparison.Ordinal);
        Assert.Contains("is not RAM", FrameText.Lines(machine.Memory, machine.Guest, ulong.MaxValue)[0], StringComparison.Ordinal);
        Assert.Contains("the kernel is not known", FrameText.Lines(machine.Memory, null, FrameOf("file", 0))[0], StringComparison.Ordinal);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Reports_OfHugePages_NameTheirKindAndCountTheirReferences()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView(CompiledProgram.Glibc("huge-view"));
        IReadOnlyList<string> maps = MapsText.Lines(machine.Memory, machine.Guest, machine.Parent);
        string[] headers = Words(maps[2]);
        string[] Row(string word) => Words(maps.Single(line => line.StartsWith($"{machine.Printed(word):x8}-", StringComparison.Ordinal)));
        string Cell(string word, string column) => Row(word)[Array.IndexOf(headers, column)];
        Assert.Equal(("3", "1"), (Cell("transparent", "mapped"), Cell("transparent", "zero")));
        Assert.EndsWith(" 2 MiB /anon_hugepage (deleted)", string.Join(' ', Row("pool")), StringComparison.Ordinal);
        Assert.EndsWith(" 2 MiB /memfd:huge (deleted)", string.Join(' ', Row("shared")), StringComparison.Ordinal);
        IReadOnlyList<string> Frame(string word, ulong offset)
        {
            Assert.True(machine.Memory.TryTranslate(machine.Address(word) + offset, out PhysicalAddress physical, machine.Parent.Cr3));
            return FrameText.Lines(machine.Memory, machine.Guest, physical.Value >> 12);
        }
        Assert.Equal("2 = 2 mappings by processes + 0 page cache + 0 page table", Frame("transparent", 0x5000)[^1]);
        Assert.EndsWith("the shared zero page, whose mappings are not counted", Frame("transparent", 0x205000)[0], StringComparison.Ordinal);
        // The pool counts references to a page's first frame, whichever of its frames is asked for.
        Assert.Equal("2 = 2 mappings by processes + 0 page cache + 0 page table", Frame("pool", 0x5000)[^1]);
        Assert.StartsWith("3 = 2 mappings by processes + 0 page cache + 0 page table + 1 other", Frame("shared", 0x205000)[^1], StringComparison.Ordinal);
        Assert.Equal(2, Frame("shared", 0x205000).Count(line => line.Contains("in a 2 MiB page /memfd:huge", StringComparison.Ordinal)));
    }

    /// <summary>The count of every frame is what its uses add up to, or more where the kernel uses it in other ways; never less.</summary>
    [RequiresToolFact("gcc", "gcc")]
    public void Frame_OfEveryUserPage_IsCountedEnough()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        VirtualAddress last = new((1UL << 47) - 1);
        foreach (PageMapping page in machine.Memory.PageTables.Scan(machine.Child.Cr3!.Value, default, last))
        {
            string balance = FrameText.Lines(machine.Memory, machine.Guest, page.PhysicalBase.Value >> 12)[^1];
            Assert.DoesNotContain("too low", balance, StringComparison.Ordinal);
        }
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Processes_AndThreads_AreListed()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        IReadOnlyList<string> processes = ProcessesText.Lines(machine.Guest);
        Assert.Equal(["pid", "ppid", "state", "name", "threads", "resident", "minflt", "majflt", "CR3", "signals", "program"], Words(processes[0]));
        Assert.Contains(processes, line => Begins(line, "1", "0", "S", "sleeping", "init")
            && line.EndsWith("(kernel)", StringComparison.Ordinal));
        Assert.Contains(processes, line => Begins(line, "2", "1", "S", "sleeping", "program", "2")
            && line.EndsWith("SIGUSR2  /program", StringComparison.Ordinal));
        Assert.EndsWith("frames are free; the CPU idles", processes[^1], StringComparison.Ordinal);
        IReadOnlyList<string> threads = ThreadsText.Lines(machine.Guest, number => number == 202 ? "futex" : "other");
        Assert.Contains(threads, line => Begins(line, "2", "4", "sleeping", "futex")
            && line.Contains($"futex 0x{machine.Printed("mutex"):x}", StringComparison.Ordinal));
        Assert.Contains(threads, line => line.Contains("a child (wait)", StringComparison.Ordinal));
        Assert.All(threads, line => Assert.DoesNotContain(line, char.IsControl));
    }

    /// <summary>Every report over a kernel whose memory is overwritten at random, at places where its structures are.</summary>
    [RequiresToolFact("gcc", "gcc")]
    public void Reports_DamagedKernel_NeverFail()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        byte[] sound = new byte[64 << 20];
        machine.Memory.ReadPhysical(default, sound);
        ulong address = machine.Printed("private");
        ulong[] objects =
        [
            .. machine.Guest.Processes.Select(process => process.Address.Value),
            .. machine.Guest.Processes.SelectMany(process => process.Threads).Select(thread => thread.Address.Value),
        ];
        Random random = new(4);
        for (int round = 0; round < 150; round++)
        {
            int changes = random.Next(1, 200);
            for (int change = 0; change < changes; change++)
            {
                ulong place = random.Next(3) switch
                {
                    0 => objects[random.Next(objects.Length)] - 0xffff_8880_0000_0000 + (ulong)random.Next(40) * 8,
                    1 => (ulong)random.Next(0x2_8000, 0x6_0000) & ~7UL,
                    _ => (ulong)random.Next(0x60_0000, 0x62_0000) & ~7UL,
                };
                ulong value = random.Next(5) switch
                {
                    0 => (ulong)random.NextInt64(),
                    1 => (ulong)random.Next(100),
                    2 => ulong.MaxValue - (ulong)random.Next(100),
                    3 => objects[random.Next(objects.Length)],
                    _ => 0xffff_8880_0000_0000 + ((ulong)random.Next(0x2_8000, 0x6_0000) & ~7UL),
                };
                machine.Memory.WritePhysical(new PhysicalAddress(place), BitConverter.GetBytes(value));
            }
            ReadEverything(machine, new VirtualAddress(address));
            machine.Memory.WritePhysical(default, sound);
        }
        Assert.Equal("program", machine.Parent.Name);
    }

    [RequiresToolFact("gcc", "gcc")]
    public void Reports_RandomMemoryAndTables_NeverFail()
    {
        using DebuggedMachine machine = DebuggedMachine.WithMemoryView();
        VirtualAddress address = machine.Address("private");
        Random random = new(5);
        byte[] noise = new byte[64 << 20];
        for (int round = 0; round < 3; round++)
        {
            random.NextBytes(noise);
            // Many words look like entries and pointers, so that walks go far.
            for (int word = 0; word < noise.Length; word += 8)
            {
                if (random.Next(2) == 0) BitConverter.TryWriteBytes(noise.AsSpan(word), (ulong)random.Next(0x4000) << 12 | 7);
            }
            machine.Memory.WritePhysical(default, noise);
            machine.Pc.Processor.Registers.Cr3 = (ulong)random.Next(0x4000) << 12;
            ReadEverything(machine, address);
        }
    }

    private static void ReadEverything(DebuggedMachine machine, VirtualAddress address)
    {
        GuestKernel guest = machine.Guest;
        _ = guest.CurrentThread;
        _ = guest.CurrentProcess;
        _ = ProcessesText.Lines(guest);
        _ = ThreadsText.Lines(guest);
        foreach (GuestProcess process in guest.Processes.Take(3))
        {
            _ = MapsText.Lines(machine.Memory, guest, process);
            _ = CopyOnWriteText.Lines(machine.Memory, guest, process, address);
        }
        _ = FrameText.Lines(machine.Memory, guest, 0x100);
    }

    private static bool Begins(string line, params string[] words) => Words(line).Take(words.Length).SequenceEqual(words);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
