using System.Runtime.InteropServices;
using X64Emu.Bus;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>
/// Sees the data accesses that a debugger asks for: those to watched pages, all of them for the memory hook, stores to page tables for their
/// log. What it must see is kept out of the fast TLBs and so comes by <see cref="CheckedAccess"/>; nothing it does changes a count.
/// </summary>
internal sealed unsafe class AccessMonitor
{
    /// <summary>As many entries as one access can touch: 64 bytes, not aligned.</summary>
    private const int MostEntries = CheckedAccess.MaxBytes / 8 + 1;

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly GuestRam ram;
    private readonly ulong[] oldEntries = new ulong[2 * MostEntries];
    private readonly List<WatchHit> hits = [];
    private Action<WatchHit>? hook;

    public AccessMonitor(Processor processor, GuestRam ram)
    {
        this.processor = processor;
        this.ram = ram;
        c = processor.State;
        Watchpoints = new WatchpointSet(processor.MonitoringChanged);
        PageTableWrites = new PageTableWriteLog(processor.MonitoringChanged, frame => processor.Mmu.ForbidFastWrites(frame));
    }

    public WatchpointSet Watchpoints { get; }

    public PageTableWriteLog PageTableWrites { get; }

    /// <summary>Told of every data access.</summary>
    public Action<WatchHit>? Hook
    {
        get => hook;
        set
        {
            hook = value;
            processor.MonitoringChanged();
        }
    }

    /// <summary>What the watchpoints have seen since <see cref="Forget"/>.</summary>
    public List<WatchHit> Hits => hits;

    /// <summary>Whether there is anything to look for.</summary>
    public bool IsActive => Watchpoints.Count > 0 || hook is not null || PageTableWrites.IsEnabled;

    /// <summary>Whether accesses to a page must come here, rather than through the fast TLB.</summary>
    public bool MustSee(ulong virtualAddress, ulong physicalAddress, AccessKind kind) =>
        hook is not null
        || (kind == AccessKind.Write && PageTableWrites.IsTable(physicalAddress >> 12))
        || Watchpoints.ContainsPage(virtualAddress, physicalAddress);

    /// <summary>Drops hits of an instruction that did not complete.</summary>
    public void Forget() => hits.Clear();

    /// <summary>An access within one page has happened.</summary>
    /// <param name="virtualAddress">Its first byte.</param>
    /// <param name="physicalAddress">The same.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <param name="kind">A read or a write.</param>
    /// <param name="reads">Whether it is a read, or a write that reads too.</param>
    /// <param name="mode">Who made it.</param>
    public void Accessed(ulong virtualAddress, ulong physicalAddress, int lengthBytes, AccessKind kind, bool reads, AccessMode mode)
    {
        ulong rip = c->Current == null ? c->Rip : c->Current->Rip;
        WatchHit access = new(0, new(virtualAddress), new(physicalAddress), lengthBytes, kind, new(rip))
        {
            Origin = mode == AccessMode.System ? AccessOrigin.Processor : AccessOrigin.Instruction,
            Cr3 = processor.Mmu.Cr3,
        };
        hook?.Invoke(access);
        int before = hits.Count;
        if (Watchpoints.ContainsPage(virtualAddress, physicalAddress)) Watchpoints.Find(access, reads, hits);
        if (hits.Count > before) processor.Loop.StopBehindInstruction(StopReason.Watchpoint);
    }

    /// <summary>A device has written RAM by itself, or the host for one.</summary>
    public void DeviceWrote(PhysicalAddress address, int lengthBytes)
    {
        if (!processor.Loop.IsInRun) return;   // the debugger's own write
        WatchHit access = new(0, default, address, lengthBytes, AccessKind.Write, new(c->Current == null ? c->Rip : c->Current->Rip))
        {
            Origin = AccessOrigin.Device,
            Cr3 = processor.Mmu.Cr3,
        };
        hook?.Invoke(access);
        int before = hits.Count;
        Watchpoints.Find(access, reads: false, hits);
        if (hits.Count > before) processor.Loop.StopBehindInstruction(StopReason.Watchpoint);
    }

    /// <summary>A write within one page is about to happen: remembers what it will overwrite in a page table.</summary>
    /// <param name="part">0, or 1 for the second page of an access.</param>
    /// <param name="physicalAddress">Its first byte.</param>
    /// <param name="lengthBytes">1 to <see cref="CheckedAccess.MaxBytes"/>.</param>
    public void WriteBegins(int part, ulong physicalAddress, int lengthBytes)
    {
        if (!PageTableWrites.IsTable(physicalAddress >> 12)) return;
        ReadOnlySpan<ulong> entries = EntriesOf(physicalAddress, lengthBytes);
        entries.CopyTo(oldEntries.AsSpan(part * MostEntries, MostEntries));
    }

    /// <summary>The same write is complete: logs the entries it has changed.</summary>
    public void WriteEnds(int part, ulong physicalAddress, int lengthBytes)
    {
        if (!PageTableWrites.IsTable(physicalAddress >> 12)) return;
        LogEntries(physicalAddress, oldEntries.AsSpan(part * MostEntries, MostEntries), EntriesOf(physicalAddress, lengthBytes));
    }

    /// <summary>Logs the entries that differ; <paramref name="after"/> begins with the one that holds <paramref name="physicalAddress"/>.</summary>
    private void LogEntries(ulong physicalAddress, ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after)
    {
        for (int index = 0; index < after.Length; index++)
        {
            if (before[index] == after[index]) continue;
            ulong entry = (physicalAddress & ~7UL) + (ulong)index * 8, rip = c->Current == null ? c->Rip : c->Current->Rip;
            PageTableWrites.EntryWritten(new(new(entry), new(rip), processor.Loop.PreciseInstructions, before[index], after[index]));
        }
    }

    /// <summary>The whole entries that an access within a page touches; empty when they are not RAM.</summary>
    private ReadOnlySpan<ulong> EntriesOf(ulong physicalAddress, int lengthBytes)
    {
        ulong first = physicalAddress & ~7UL, last = physicalAddress + (ulong)lengthBytes - 1 & ~7UL;
        return ram.TryGetSpan(new PhysicalAddress(first), (int)(last - first) + 8, out Span<byte> bytes) ? MemoryMarshal.Cast<byte, ulong>(bytes) : [];
    }
}
