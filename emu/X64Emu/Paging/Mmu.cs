using System.Runtime.CompilerServices;
using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Paging;

/// <summary>Why a translation failed.</summary>
/// <param name="IsNonCanonical">True for #GP or #SS; false for #PF.</param>
/// <param name="ErrorCode">The #PF error code.</param>
internal readonly record struct TranslationFault(bool IsNonCanonical, uint ErrorCode);

/// <summary>Told when a translation leaves a first-level TLB, so that whoever caches beyond it stays a subset of it.</summary>
internal interface ITranslationObserver
{
    /// <summary>A data translation of 2^<paramref name="shift"/> bytes is gone.</summary>
    void DataTranslationDropped(ulong virtualBase, int shift);

    /// <summary>An instruction translation of 2^<paramref name="shift"/> bytes is gone.</summary>
    void FetchTranslationDropped(ulong virtualBase, int shift);

    /// <summary>All translations of pages that are not global may be gone.</summary>
    void LocalTranslationsDropped();

    /// <summary>Any translation may be gone.</summary>
    void TranslationsDropped();
}

/// <summary>Translates addresses through the modelled TLB and the page walker, and counts what happens.</summary>
internal sealed class Mmu
{
    private readonly Tlb tlb;
    private readonly PageWalker walker;
    private readonly GuestRam ram;
    private readonly ITranslationObserver observer;
    private PagingControls controls;
    private ushort pcid;

    public Mmu(GuestRam ram, MmioBus mmio, TlbSpecification specification, ITranslationObserver observer)
    {
        this.ram = ram;
        this.observer = observer;
        tlb = new Tlb(specification);
        walker = new PageWalker(ram, mmio, Counters, specification.WalkCaches);
    }

    public PagingCounters Counters { get; } = new();

    public Tlb Tlb => tlb;

    /// <summary>Told of each 4 KiB frame that a walk sets accessed or dirty bits in.</summary>
    public Action<ulong>? FrameWritten
    {
        get => walker.FrameWritten;
        set => walker.FrameWritten = value;
    }

    /// <summary>Remembers the tables that walks read; null when nobody wants to know.</summary>
    public PageTableWriteLog? WriteLog
    {
        get => walker.WriteLog;
        set => walker.WriteLog = value;
    }

    public PagingControls Controls => controls;

    public ulong Cr3 { get; private set; }

    /// <summary>Whether the page that <see cref="Translate"/> last found is global, so that its translation outlives a load of CR3.</summary>
    public bool IsGlobal { get; private set; }

    /// <summary>Translates one address: TLB first, page tables else. With paging off, addresses are physical and 32 bits wide.</summary>
    public bool Translate(ulong virtualAddress, AccessKind kind, AccessMode mode, out ulong physicalAddress, out TranslationFault fault)
    {
        fault = default;
        IsGlobal = false;
        physicalAddress = virtualAddress & uint.MaxValue;
        if (!controls.Enabled) return true;
        if (!new VirtualAddress(virtualAddress).IsCanonical)
        {
            fault = new TranslationFault(IsNonCanonical: true, 0);
            return false;
        }
        bool fetch = kind == AccessKind.Fetch;
        ref TlbEntry first = ref tlb.FindL1(fetch, virtualAddress, pcid);
        bool present = !Unsafe.IsNullRef(ref first);
        if (present && IsUsable(first, kind, mode))
        {
            IsGlobal = first.IsGlobal;
            physicalAddress = first.Translate(virtualAddress);
            return true;
        }
        if (!present)
        {
            ref TlbEntry second = ref tlb.FindL2(virtualAddress, pcid);
            present = !Unsafe.IsNullRef(ref second);
            if (present && IsUsable(second, kind, mode))
            {
                if (fetch) Counters.FetchL2Hits++;
                else if (kind == AccessKind.Write) Counters.DataStoreL2Hits++;
                else Counters.DataLoadL2Hits++;
                IsGlobal = second.IsGlobal;
                physicalAddress = second.Translate(virtualAddress);
                InsertL1(fetch, second, virtualAddress);
                return true;
            }
        }
        if (present)
        {
            // The entry lacks a right or the dirty bit: it is dropped and the tables decide (AMD APM Vol. 2, 5.5.2: entries may be
            // upgraded without an invalidation; a #PF drops the entry for its address, Intel SDM Vol. 3A, 4.10.4.1).
            Counters.PermissionWalks++;
            DropPage(virtualAddress);
        }
        else if (fetch) Counters.FetchMisses++;
        else if (kind == AccessKind.Write) Counters.DataStoreMisses++;
        else Counters.DataLoadMisses++;

        if (!walker.Walk(Cr3, virtualAddress, pcid, kind, mode, controls, out TlbEntry translation, out uint errorCode))
        {
            fault = new TranslationFault(IsNonCanonical: false, errorCode);
            return false;
        }
        tlb.InsertL2(translation);
        InsertL1(fetch, translation, virtualAddress);
        IsGlobal = translation.IsGlobal;
        physicalAddress = translation.Translate(virtualAddress);
        return true;
    }

    /// <summary>Translates as the page tables say now, without touching TLB, counters or accessed bits: for debuggers and the host.</summary>
    public bool Probe(ulong virtualAddress, out ulong physicalAddress)
    {
        physicalAddress = virtualAddress;
        if (!controls.Enabled) return true;
        if (!new VirtualAddress(virtualAddress).IsCanonical) return false;
        ulong table = Cr3 & PageTableEntry.AddressMask;
        for (int level = 4; ; level--)
        {
            int shift = 12 + 9 * (level - 1);
            if (!ram.TryReadUInt64(new PhysicalAddress(table + (virtualAddress >> shift & 511) * 8), out ulong value)) return false;
            PageTableEntry entry = new(value);
            if (!entry.IsPresent || entry.HasReservedBits(level, controls.NoExecute)) return false;
            if (level == 1 || (level < 4 && entry.IsLargePage))
            {
                physicalAddress = (entry.Address.Value >> shift << shift) + (virtualAddress & (1UL << shift) - 1);
                return true;
            }
            table = entry.Address.Value;
        }
    }

    /// <summary>INVLPG: drops the address from TLB and paging-structure caches.</summary>
    public void InvalidatePage(ulong virtualAddress)
    {
        Counters.Invlpg++;
        DropPage(virtualAddress);
        walker.FlushCaches();
    }

    /// <summary>MOV to CR3: with CR4.PCIDE, bit 63 keeps the entries of the new context (Intel SDM Vol. 3A, 4.10.4.1).</summary>
    public void LoadCr3(ulong value)
    {
        bool keep = controls.ProcessContexts && value >> 63 != 0;
        Cr3 = value & ~(1UL << 63);
        pcid = controls.ProcessContexts ? (ushort)(value & 0xfff) : (ushort)0;
        if (keep) Counters.Cr3LoadsKeeping++;
        else
        {
            Counters.Cr3LoadsFlushing++;
            tlb.Invalidate(pcid, keepGlobal: true);
        }
        walker.FlushCaches();
        observer.LocalTranslationsDropped();
    }

    /// <summary>INVPCID (Intel SDM Vol. 2A): type 0 one address, 1 one context, 2 everything, 3 everything but global entries.</summary>
    public void InvalidateContext(int type, ushort context, ulong virtualAddress)
    {
        Counters.Invpcid++;
        if (type == 0) tlb.InvalidatePage(virtualAddress, context);
        else tlb.Invalidate(type == 1 ? context : null, keepGlobal: type != 2);
        walker.FlushCaches();
        observer.TranslationsDropped();
    }

    /// <summary>Takes over changed control bits; <paramref name="flush"/> when the change flushes the TLB.</summary>
    public void SetControls(in PagingControls value, bool flush)
    {
        controls = value;
        pcid = controls.ProcessContexts ? (ushort)(Cr3 & 0xfff) : (ushort)0;
        if (flush)
        {
            Counters.GlobalFlushes++;
            tlb.Invalidate(null, keepGlobal: false);
            walker.FlushCaches();
        }
        observer.TranslationsDropped();
    }

    private bool IsUsable(in TlbEntry entry, AccessKind kind, AccessMode mode) =>
        entry.Permissions.Allow(kind, mode, controls) && (kind != AccessKind.Write || entry.IsDirty);

    private void InsertL1(bool fetch, in TlbEntry translation, ulong virtualAddress)
    {
        TlbEntry replaced = tlb.InsertL1(fetch, translation, virtualAddress);
        if (replaced.Shift == 0) return;
        if (fetch) observer.FetchTranslationDropped(replaced.VirtualBase, replaced.Shift);
        else observer.DataTranslationDropped(replaced.VirtualBase, replaced.Shift);
    }

    private void DropPage(ulong virtualAddress)
    {
        int shift = 12;
        foreach (bool fetch in (ReadOnlySpan<bool>)[false, true])
        {
            ref TlbEntry entry = ref tlb.FindL1(fetch, virtualAddress, pcid);
            if (!Unsafe.IsNullRef(ref entry) && entry.Shift > shift) shift = entry.Shift;
        }
        tlb.InvalidatePage(virtualAddress, pcid);
        observer.DataTranslationDropped(virtualAddress >> shift << shift, shift);
        observer.FetchTranslationDropped(virtualAddress >> shift << shift, shift);
    }
}
