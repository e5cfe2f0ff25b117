using Iced.Intel;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Memory;

/// <summary>The report tlb: code that changes page-table entries with and without INVLPG.</summary>
public sealed class TlbReportTests : IDisposable
{
    private const ulong Page = PagedPc.Pages + 0x5000;
    private readonly PagedPc machine = new();

    public TlbReportTests()
    {
        machine.Pc.Processor.PageTableWrites.IsEnabled = true;
    }

    public void Dispose() => machine.Dispose();

    [Fact]
    public void Tlb_EntryChangedWithoutInvlpg_IsFoundWithItsWriter()
    {
        ulong writer = Run(a => a.inc(rcx), Page + 0x1000 | 5);
        TlbComparison[] stale = [.. Compare().Where(one => one.IsStale)];
        Assert.Equal([1, 2], stale.Select(one => one.Entry.Level).Order());
        Assert.All(stale, one => Assert.Equal(TlbDifferences.OtherFrame | TlbDifferences.Writable | TlbDifferences.DirtyBitCleared, one.Differences));
        Assert.All(stale, one => Assert.Equal(new VirtualAddress(writer), one.LastWrite!.Value.Rip));
        string text = Text();
        Assert.Contains("DIFFERS", text, StringComparison.Ordinal);
        Assert.Contains("disagree with the page tables, as if an invlpg were missing:", text, StringComparison.Ordinal);
        Assert.Contains(
            $"  0x{Page:x16} (L1 data TLB, L2 TLB): leads to 0x{Page:x}, the tables to 0x{Page + 0x1000:x}; allows writing, the tables do not; ",
            text, StringComparison.Ordinal);
        Assert.Contains(
            $"    PT entry at 0x{PagedPc.EntryOf(Page):x} written by 0x{writer:x} culprit, instruction 2: 0x{Page | 0x67:x16} -> 0x{(Page + 0x1000) | 5:x16}",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tlb_EntryChangedWithInvlpg_Agrees()
    {
        Run(a => a.invlpg(__[rdi]), Page + 0x1000 | 5);
        Assert.DoesNotContain(Compare(), one => one.IsStale);
        Assert.EndsWith("no entry disagrees with the page tables", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tlb_PageUnmappedWithoutInvlpg_IsFound()
    {
        Run(a => a.inc(rcx), 0);
        Assert.All(Compare().Where(one => one.IsStale), one => Assert.Equal(TlbDifferences.NotMapped, one.Differences));
        Assert.Contains("not mapped any more (PT entry 0x0000000000000000)", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tlb_RightsAdded_AreHarmless()
    {
        machine.Write(PagedPc.EntryOf(Page), Page | 5);
        Run(a => a.inc(rcx), Page | 0x27, write: false);
        Assert.DoesNotContain(Compare(), one => one.IsStale);
        Assert.Contains(Compare(), one => one.Differences == TlbDifferences.FewerRights);
        Assert.Contains("allows more now", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tlb_OneAddress_ShowsItsEntriesOnly()
    {
        Run(a => a.inc(rcx), Page + 0x1000 | 5);
        string[] lines = [.. TlbText.Lines(machine.Pc.Processor, machine.Memory.PageTables, new VirtualAddress(Page + 5))];
        Assert.Equal(2, lines.Count(line => line.EndsWith("DIFFERS", StringComparison.Ordinal)));
        Assert.Equal(["no TLB entry translates 0x300000"], TlbText.Lines(machine.Pc.Processor, machine.Memory.PageTables, new VirtualAddress(0x30_0000)));
    }

    /// <summary>Touches the page, writes its entry, runs what is between, halts. Returns the address of the instruction that writes the entry.</summary>
    private ulong Run(Action<Assembler> between, ulong entry, bool write = true)
    {
        machine.Registers[X64Emu.Cpu.GeneralRegister.Rdi] = Page;
        machine.Registers[X64Emu.Cpu.GeneralRegister.Rsi] = PagedPc.EntryOf(Page);
        machine.Registers[X64Emu.Cpu.GeneralRegister.R8] = entry;
        ulong writer = 0;
        machine.Load(a =>
        {
            Label store = a.CreateLabel();
            if (write) a.mov(__qword_ptr[rdi], rcx);
            else a.mov(rcx, __[rdi]);
            a.nop();
            a.Label(ref store);
            a.mov(__[rsi], r8);
            between(a);
            a.hlt();
        });
        writer = PagedPc.Code + 4;
        machine.Pc.Run(100);
        return writer;
    }

    private IReadOnlyList<TlbComparison> Compare() => TlbComparison.All(machine.Pc.Processor, machine.Memory.PageTables);

    private string Text() => string.Join('\n', TlbText.Lines(machine.Pc.Processor, machine.Memory.PageTables, null, _ => "culprit"));
}
