using X64Emu.Debugging.Memory;
using X64Emu.Paging;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Memory;

/// <summary>Walks and scans of page tables, against tables written by hand and against the processor's own walker.</summary>
public sealed class PageTableReaderTests : IDisposable
{
    private readonly PagedPc machine = new();

    private PageTableReader Reader => machine.Memory.PageTables;

    public void Dispose() => machine.Dispose();

    [Fact]
    public void Walk_SmallPage_ReportsFourLevels()
    {
        PageWalkReport report = Reader.Walk(new VirtualAddress(PagedPc.Pages + 0x3123), PagedPc.Pml4);
        Assert.Equal(PageWalkFailure.None, report.Failure);
        Assert.Equal([4, 3, 2, 1], report.Levels.Select(level => level.Level));
        Assert.Equal(
            [PagedPc.Pml4, PagedPc.Pdpt, PagedPc.Directory + 8, PagedPc.EntryOf(PagedPc.Pages + 0x3000)],
            report.Levels.Select(level => level.EntryAddress.Value));
        Assert.Equal(new PhysicalAddress(PagedPc.Pages + 0x3123), report.Physical);
        Assert.Equal(4096UL, report.Mapping!.Value.SizeBytes);
    }

    [Fact]
    public void Walk_LargePage_EndsAtItsLevel()
    {
        PageWalkReport report = Reader.Walk(new VirtualAddress(0x12345), PagedPc.Pml4);
        Assert.Equal([4, 3, 2], report.Levels.Select(level => level.Level));
        Assert.Equal(2UL << 20, report.Mapping!.Value.SizeBytes);
        Assert.Equal(new PhysicalAddress(0x12345), report.Physical);
    }

    [Theory]
    [InlineData(0x8000_0000_0000, PageWalkFailure.NonCanonical, 0)]
    [InlineData(0x40_0000, PageWalkFailure.NotPresent, 2)]
    [InlineData(0x80_0000_0000, PageWalkFailure.NotPresent, 4)]
    public void Walk_NothingMapped_NamesTheLevel(ulong address, PageWalkFailure failure, int level)
    {
        PageWalkReport report = Reader.Walk(new VirtualAddress(address), PagedPc.Pml4);
        Assert.Equal(failure, report.Failure);
        Assert.Null(report.Mapping);
        Assert.Equal(level, report.Levels.Count == 0 ? 0 : report.Levels[^1].Level);
    }

    [Fact]
    public void Walk_ReservedBitAndTableOutsideRam_AreToldApart()
    {
        machine.Write(PagedPc.Pdpt + 8, PagedPc.Directory | 7 | 1UL << 50);
        machine.Write(PagedPc.Pdpt + 16, PagedPc.MemoryBytes | 7);
        Assert.Equal(PageWalkFailure.ReservedBits, Reader.Walk(new VirtualAddress(1UL << 30), PagedPc.Pml4).Failure);
        Assert.Equal(PageWalkFailure.TableOutsideRam, Reader.Walk(new VirtualAddress(2UL << 30), PagedPc.Pml4).Failure);
        Assert.Equal(PageWalkFailure.TableOutsideRam, Reader.Walk(default, PagedPc.MemoryBytes).Failure);
    }

    [Fact]
    public void Walk_PermissionsDifferByLevel_AreNarrowed()
    {
        machine.Write(PagedPc.Directory + 8, PagedPc.Table | 5);   // read-only
        machine.Write(PagedPc.EntryOf(PagedPc.Pages), PagedPc.Pages | 3 | 1UL << 63);
        Assert.True(Reader.TryFind(new VirtualAddress(PagedPc.Pages), PagedPc.Pml4, out PageMapping mapping));
        Assert.Equal(new PagePermissions(IsWritable: false, IsUser: false, IsNoExecute: true), mapping.Permissions);
    }

    [Fact]
    public void Scan_WholeSpace_FindsBothHalvesInOrder()
    {
        PageTableScan scan = Reader.Scan(PagedPc.Pml4, default, new VirtualAddress(ulong.MaxValue));
        List<PageMapping> pages = [.. scan];
        Assert.Equal(2 * 513, pages.Count);
        Assert.Equal(new VirtualAddress(0), pages[0].VirtualBase);
        Assert.Equal(new VirtualAddress(PagedPc.HighAlias), pages[513].VirtualBase);
        Assert.Equal(new VirtualAddress(PagedPc.HighAlias + PagedPc.Pages + 511 * 4096), pages[^1].VirtualBase);
        Assert.False(scan.IsTruncated);
        Assert.All(pages, page => Assert.Equal(page.PhysicalBase, Reader.Walk(page.VirtualBase, PagedPc.Pml4).Physical));
    }

    [Fact]
    public void Scan_Range_StartsAndEndsInsidePages()
    {
        VirtualAddress first = new(PagedPc.Pages + 0x1fff), last = new(PagedPc.Pages + 0x4001);
        Assert.Equal([1UL, 2UL, 3UL, 4UL], Reader.Scan(PagedPc.Pml4, first, last).Select(page => page.VirtualBase.Value - PagedPc.Pages >> 12));
        Assert.Single(Reader.Scan(PagedPc.Pml4, new(5), new(5)));
        Assert.Empty(Reader.Scan(PagedPc.Pml4, new(5), new(4)));
        Assert.Empty(Reader.Scan(PagedPc.Pml4, new(0x8000_0000_0000), new(0xffff_0000_0000_0000)));
    }

    [Fact]
    public void Scan_TablesThatPointToThemselves_GivesUp()
    {
        for (ulong index = 0; index < 512; index++) machine.Write(PagedPc.Pml4 + index * 8, PagedPc.Pml4 | 7);
        PageTableScan scan = Reader.Scan(PagedPc.Pml4, default, new VirtualAddress(ulong.MaxValue));
        Assert.InRange(scan.Count(), 65_000 * 512, 65_536 * 512);
        Assert.True(scan.IsTruncated);
        Assert.Equal(PageTableScan.MaximumTables, scan.TableCount);
    }

    /// <summary>RAM full of random entries, of which many lead to other tables: the reader must agree with the processor's walker.</summary>
    [Fact]
    public void TryFind_RandomTables_AgreesWithTheProcessor()
    {
        Random random = new(1);
        int found = 0;
        for (int round = 0; round < 20; round++)
        {
            for (ulong address = 0x2_0000; address < 0x4_0000; address += 8)
            {
                ulong target = (ulong)random.Next(0x20, 0x40) << 12;
                ulong noise = random.Next(50) == 0 ? 1UL << random.Next(64) : 0;
                ulong present = random.Next(8) == 0 ? 0UL : 1UL;
                machine.Write(address, target | (ulong)(uint)random.Next(4) << 1 | present ^ noise);
            }
            machine.Registers.Cr3 = (ulong)random.Next(0x20, 0x40) << 12;
            for (int i = 0; i < 5000; i++)
            {
                VirtualAddress address = new((ulong)random.NextInt64(1L << 47) | (random.Next(2) == 0 ? 0 : 0xffff_8000_0000_0000));
                bool expected = machine.Pc.Processor.TryTranslate(address, out PhysicalAddress physical);
                Assert.Equal(expected, Reader.TryFind(address, machine.Registers.Cr3, out PageMapping mapping));
                if (!expected) continue;
                found++;
                Assert.Equal(physical, mapping.Translate(address));
            }
        }
        Assert.True(found > 10_000, $"only {found} of 100,000 addresses were mapped");
    }
}
