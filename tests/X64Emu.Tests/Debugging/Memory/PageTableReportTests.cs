using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Memory;

/// <summary>The reports pt, pagetable and diff over page tables written by hand.</summary>
public sealed class PageTableReportTests : IDisposable
{
    private static readonly VirtualAddress highest = new(ulong.MaxValue);
    private readonly PagedPc machine = new();

    private PageTableReader Reader => machine.Memory.PageTables;

    public void Dispose() => machine.Dispose();

    [Fact]
    public void PageWalk_MappedPage_ShowsEachLevelAndTheResult()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x3000), 0x30_0000 | 0x65 | 1UL << 63);
        Assert.Equal(
            [
                "address 0x203123, page tables at CR3 = 0x10000",
                "level  index  entry at  value               means",
                "PML4       0  0x10000   0x0000000000011007  present writable user not-accessed -> PDPT at 0x11000",
                "PDPT       0  0x11000   0x0000000000012007  present writable user not-accessed -> PD at 0x12000",
                "PD         1  0x12008   0x0000000000013007  present writable user not-accessed -> PT at 0x13000",
                "PT         3  0x13018   0x8000000000300065  present read-only user accessed dirty no-execute -> 4 KiB page at 0x300000",
                "Translates to physical 0x300123: 4 KiB page, read-only, not executable, user and kernel mode.",
            ],
            PageWalkText.Lines(Reader.Walk(new VirtualAddress(PagedPc.Pages + 0x3123), PagedPc.Pml4)));
    }

    [Fact]
    public void PageWalk_RightLostAbove_NamesTheLevel()
    {
        machine.Write(PagedPc.Pdpt, PagedPc.Directory | 1);
        IReadOnlyList<string> lines = PageWalkText.Lines(Reader.Walk(new VirtualAddress(PagedPc.Pages), PagedPc.Pml4));
        Assert.Equal("The page's entry allows writing, but the PDPT entry above forbids it.", lines[^2]);
        Assert.Equal("The page's entry allows user mode, but the PDPT entry above forbids it.", lines[^1]);
    }

    [Fact]
    public void PageWalk_Failures_SayWhichLevelAndWhy()
    {
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x5000), 0x1234_5100);
        machine.Write(PagedPc.Pdpt + 8, PagedPc.Directory | 7 | 1UL << 50);
        machine.Write(PagedPc.Pdpt + 16, PagedPc.MemoryBytes | 7);
        Assert.Contains(
            "The walk ends at the PT entry: its present bit (bit 0) is 0. It covers 0x205000 to 0x205fff (4 KiB); an access there raises #PF with P = 0",
            Walk(PagedPc.Pages + 0x5678),
            StringComparison.Ordinal);
        Assert.Contains("The processor ignores the other bits", Walk(PagedPc.Pages + 0x5678), StringComparison.Ordinal);
        Assert.Contains(
            "The walk ends at the PD entry: its present bit (bit 0) is 0. It covers 0x400000 to 0x5fffff (2 MiB)", Walk(0x40_0000), StringComparison.Ordinal);
        Assert.Contains("The walk ends at the PDPT entry: it has bits set that must be 0.", Walk(1UL << 30), StringComparison.Ordinal);
        Assert.Contains(
            "The walk ends before the PD entry: it would lie at 0x1000000, where the machine has no RAM.", Walk(2UL << 30), StringComparison.Ordinal);
        Assert.Contains("The address is not canonical", Walk(1UL << 47), StringComparison.Ordinal);
    }

    [Fact]
    public void PageTable_WholeSpace_MergesEqualNeighbours()
    {
        for (ulong page = 0; page < 512; page++) machine.Write(PagedPc.EntryOf(PagedPc.Pages + page * 4096), 0);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages), 0x30_0000 | 0x67);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x1000), 0x30_1000 | 0x27);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x2000), 0x50_0000 | 5 | 1UL << 63);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x4000), 0x50_1000 | 5 | 1UL << 63);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x5000), 0x50_3000 | 5 | 1UL << 63);
        machine.Write(PagedPc.Pml4 + 511 * 8, 0);
        machine.Write(PagedPc.Directory + 511 * 8, 0x20_0000 | 0x183);
        Assert.Equal(
            [
                "page tables at CR3 = 0x10000; rights: u user and kernel mode, s kernel mode only; G global",
                "from                to                   size   page  rights  G  pages  accessed  dirty  physical",
                "0x0000000000000000  0x00000000001fffff  2 MiB  2 MiB  s rwx   -      1         0      0  0x0",
                "0x0000000000200000  0x0000000000201fff  8 KiB  4 KiB  u rwx   -      2         2      1  0x300000",
                "0x0000000000202000  0x0000000000202fff  4 KiB  4 KiB  u r--   -      1         0      0  0x500000",
                "0x0000000000204000  0x0000000000205fff  8 KiB  4 KiB  u r--   -      2         0      0  scattered",
                "0x000000003fe00000  0x000000003fffffff  2 MiB  2 MiB  s rwx   G      1         0      0  0x200000",
                "7 pages in 5 ranges, 4 tables",
            ],
            PageTableText.Lines(Reader, PagedPc.Pml4, default, highest));
        Assert.Equal(4, PageTableText.Lines(Reader, PagedPc.Pml4, new(PagedPc.Pages + 0x1800), new(PagedPc.Pages + 0x1801)).Count);
        Assert.Equal(
            ["nothing is mapped from 0x400000 to 0x500000 by the page tables at CR3 = 0x10000"],
            PageTableText.Lines(Reader, PagedPc.Pml4, new(0x40_0000), new(0x50_0000)));
    }

    /// <summary>1 TiB in large pages, as a kernel's map of all memory may be.</summary>
    [Fact]
    public void PageTable_HugeDirectMap_IsOneRange()
    {
        const ulong Root = 0x20_0000, Pdpt = 0x20_1000, Directory = 0x30_0000;
        machine.Write(Root + 256 * 8, Pdpt | 3);
        machine.Write(Root + 257 * 8, Pdpt | 3);
        for (ulong gigabyte = 0; gigabyte < 512; gigabyte++) machine.Write(Pdpt + gigabyte * 8, Directory | 3);
        for (ulong page = 0; page < 512; page++) machine.Write(Directory + page * 8, page << 21 | 0x1e3 | 1UL << 63);
        IReadOnlyList<string> lines = PageTableText.Lines(Reader, Root, default, highest);
        Assert.Equal("0xffff800000000000  0xffff80ffffffffff  1 TiB  2 MiB  s rw-   G  524288    524288  524288  scattered", lines[2]);
        Assert.Equal("524288 pages in 1 ranges, 1027 tables", lines[^1]);
    }

    [Fact]
    public void PageTable_TablesThatPointToThemselves_IsCutShort()
    {
        for (ulong index = 0; index < 512; index++) machine.Write(PagedPc.Pml4 + index * 8, PagedPc.Pml4 | 7);
        Assert.StartsWith("... ended after 65536 tables", PageTableText.Lines(Reader, PagedPc.Pml4, default, highest)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_ChangedEntries_AreNamed()
    {
        PageTableTracker tracker = new(Reader) { IncludesKernel = true };
        Assert.StartsWith("page tables are not tracked yet", PageTableDiffText.Lines(tracker, PagedPc.Pml4)[0], StringComparison.Ordinal);
        tracker.IsEnabled = true;
        machine.Write(PagedPc.Pml4 + 511 * 8, 0);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x3000), 0);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x4000), 0);
        tracker.Remember([PagedPc.Pml4]);
        Assert.Equal(["nothing has changed in the page tables at CR3 = 0x10000 since the last stop"], PageTableDiffText.Lines(tracker, PagedPc.Pml4));
        machine.Write(PagedPc.EntryOf(PagedPc.Pages), PagedPc.Pages | 0x67);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x1000), 0);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x2000), 0x30_0000 | 5);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x3000), 0x30_1000 | 7 | 1UL << 63);
        machine.Write(PagedPc.EntryOf(PagedPc.Pages + 0x4000), 0x30_2000 | 7 | 1UL << 63);
        Assert.Equal(
            [
                "changes in the page tables at CR3 = 0x10000 since the last stop",
                "from pages change entry before entry now",
                "0x0000000000200000 1 accessed, dirty 0x0000000000200007 0x0000000000200067",
                "0x0000000000201000 1 unmapped 0x0000000000201007 -",
                "0x0000000000202000 1 another frame, read-only 0x0000000000202007 0x0000000000300005",
                "0x0000000000203000 2 mapped, readable and writable, not executable, user and kernel mode - 0x8000000000301007",
            ],
            PageTableDiffText.Lines(tracker, PagedPc.Pml4).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.StartsWith("the page tables at CR3 = 0x20000 are new since the last stop", DiffOfNewTable(tracker), StringComparison.Ordinal);
    }

    private string DiffOfNewTable(PageTableTracker tracker)
    {
        machine.Write(0x2_0000, PagedPc.Pdpt | 7);
        return PageTableDiffText.Lines(tracker, 0x2_0000)[0];
    }

    private string Walk(ulong address) => string.Join('\n', PageWalkText.Lines(Reader.Walk(new VirtualAddress(address), PagedPc.Pml4)));
}
