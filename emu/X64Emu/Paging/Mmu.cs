using System.Runtime.CompilerServices;
using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Paging;

/// <summary>
/// Translates through the modelled TLB and the page walker, and keeps the fast TLBs in <see cref="CpuState"/> a subset of the model's first
/// level: what hits there would hit in the model, so only misses need the model and its counts stay exact.
/// </summary>
internal sealed unsafe class Mmu
{
    private readonly CpuState* c;
    private readonly Tlb tlb;
    private readonly PageWalker walker;
    private readonly GuestRam ram;
    private readonly CodePageMap codePages;
    private PagingControls controls;
    private ulong cr3;
    private ushort pcid;

    public Mmu(CpuState* state, GuestRam ram, MmioBus mmio, CodePageMap codePages, TlbSpecification specification)
    {
        c = state;
        this.ram = ram;
        this.codePages = codePages;
        tlb = new Tlb(specification);
        walker = new PageWalker(ram, mmio, Counters, specification.WalkCaches)
        {
            FrameWritten = frame => { if (codePages.ContainsCode(frame)) CodeWritten?.Invoke(frame); },
        };
        FlushFast();
    }

    public PagingCounters Counters { get; } = new();

    public Tlb Tlb => tlb;

    /// <summary>Told of each physical page number that holds decoded code and was written.</summary>
    public Action<ulong>? CodeWritten { get; set; }

    /// <summary>When false, nothing enters the fast TLBs: every access consults the model (reference mode, LRU, watchpoints).</summary>
    public bool UseFastTlb { get; set; } = true;

    public bool PagingEnabled => controls.Enabled;

    public ulong Cr3 => cr3;

    /// <summary>Translates one data address for an access that stays in its page. On failure the fault is recorded in the state.</summary>
    public bool TranslateData(ulong virtualAddress, AccessKind kind, AccessMode mode, bool stack, out ulong physicalAddress)
    {
        if (!controls.Enabled)
        {
            physicalAddress = virtualAddress & uint.MaxValue;
            if (UseFastTlb) FillFast(virtualAddress, physicalAddress, kind, writeAllowed: true);
            return true;
        }
        if (!Translate(virtualAddress, kind, mode, stack, fetch: false, out TlbEntry entry))
        {
            physicalAddress = 0;
            return false;
        }
        physicalAddress = entry.Translate(virtualAddress);
        if (UseFastTlb && mode != AccessMode.System) FillFast(virtualAddress, physicalAddress, kind, writeAllowed: kind == AccessKind.Write);
        return true;
    }

    /// <summary>Translates the address of an instruction. On failure the fault is recorded in the state.</summary>
    public bool TranslateFetch(ulong virtualAddress, out ulong physicalAddress)
    {
        if (!controls.Enabled)
        {
            physicalAddress = virtualAddress & uint.MaxValue;
            return true;
        }
        AccessMode mode = c->Cpl == 3 ? AccessMode.User : AccessMode.Supervisor;
        bool found = Translate(virtualAddress, AccessKind.Fetch, mode, stack: false, fetch: true, out TlbEntry entry);
        physicalAddress = found ? entry.Translate(virtualAddress) : 0;
        return found;
    }

    /// <summary>Translates without touching TLB, counters, accessed bits or fault state: for debuggers and the host.</summary>
    public bool Probe(ulong virtualAddress, out ulong physicalAddress)
    {
        physicalAddress = virtualAddress;
        if (!controls.Enabled) return true;
        if (!new VirtualAddress(virtualAddress).IsCanonical) return false;
        ulong table = cr3 & PageTableEntry.AddressMask;
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

    private bool Translate(ulong virtualAddress, AccessKind kind, AccessMode mode, bool stack, bool fetch, out TlbEntry translation)
    {
        if (!new VirtualAddress(virtualAddress).IsCanonical)
        {
            c->FaultVector = (byte)(stack ? ExceptionVector.StackFault : ExceptionVector.GeneralProtection);
            c->FaultErrorCode = 0;
            translation = default;
            return false;
        }
        ref TlbEntry first = ref tlb.FindL1(fetch, virtualAddress, pcid);
        bool present = !Unsafe.IsNullRef(ref first);
        if (present && IsUsable(first, kind, mode))
        {
            translation = first;
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
                translation = second;
                InsertL1(fetch, translation, virtualAddress);
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

        if (!walker.Walk(cr3, virtualAddress, pcid, kind, mode, controls, out translation, out uint errorCode))
        {
            c->FaultVector = (byte)ExceptionVector.PageFault;
            c->FaultErrorCode = errorCode;
            c->FaultAddress = virtualAddress;
            return false;
        }
        tlb.InsertL2(translation);
        InsertL1(fetch, translation, virtualAddress);
        return true;
    }

    private bool IsUsable(in TlbEntry entry, AccessKind kind, AccessMode mode) =>
        entry.Permissions.Allow(kind, mode, controls) && (kind != AccessKind.Write || entry.IsDirty);

    private void InsertL1(bool fetch, in TlbEntry translation, ulong virtualAddress)
    {
        TlbEntry replaced = tlb.InsertL1(fetch, translation, virtualAddress);
        if (replaced.Shift == 0) return;
        if (fetch) DropJumps(replaced.VirtualBase, replaced.Shift);
        else DropFast(replaced.VirtualBase, replaced.Shift);
    }

    // ---- invalidation

    /// <summary>INVLPG: drops the address from TLB, paging-structure caches and fast TLBs.</summary>
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
        cr3 = value & ~(1UL << 63);
        pcid = controls.ProcessContexts ? (ushort)(value & 0xfff) : (ushort)0;
        if (keep) Counters.Cr3LoadsKeeping++;
        else
        {
            Counters.Cr3LoadsFlushing++;
            tlb.Invalidate(pcid, keepGlobal: true);
        }
        walker.FlushCaches();
        FlushFast();
    }

    /// <summary>INVPCID (Intel SDM Vol. 2A): type 0 one address, 1 one context, 2 everything, 3 everything but global entries.</summary>
    public void InvalidateContext(int type, ushort context, ulong virtualAddress)
    {
        Counters.Invpcid++;
        if (type == 0) tlb.InvalidatePage(virtualAddress, context);
        else tlb.Invalidate(type == 1 ? context : null, keepGlobal: type != 2);
        walker.FlushCaches();
        FlushFast();
    }

    /// <summary>Takes over changed control bits; paging changes flush everything, as the hardware does at the latest.</summary>
    public void SetControls(in PagingControls value, bool flush)
    {
        controls = value;
        pcid = controls.ProcessContexts ? (ushort)(cr3 & 0xfff) : (ushort)0;
        if (flush)
        {
            Counters.GlobalFlushes++;
            tlb.Invalidate(null, keepGlobal: false);
            walker.FlushCaches();
        }
        FlushFast();
    }

    /// <summary>Empties fast TLBs and jump caches; the model is untouched and refills them.</summary>
    public void FlushFast()
    {
        for (int bank = 0; bank < CpuState.TlbBanks; bank++)
        {
            FastTlbEntry* entries = FastTable(bank, write: false);
            for (int index = 0; index < 2 * CpuState.TlbEntries; index++) entries[index].Tag = FastTlbEntry.Empty;
        }
        JumpCache.Clear(c);
    }

    /// <summary>Takes a physical page out of the write tables, because it holds decoded code from now on.</summary>
    public void ForbidFastWrites(ulong physicalPage)
    {
        byte* host = ram.TryGetPointer(physicalPage << 12, 4096);
        for (int bank = 0; bank < CpuState.TlbBanks; bank++)
        {
            FastTlbEntry* entries = FastTable(bank, write: true);
            for (int index = 0; index < CpuState.TlbEntries; index++)
            {
                if ((nint)entries[index].Tag + entries[index].HostDelta == (nint)host) entries[index].Tag = FastTlbEntry.Empty;
            }
        }
    }

    private void DropPage(ulong virtualAddress)
    {
        // A large page's fast entries lie all over its range; which size it had is known only to the entries dropped, so drop by the largest.
        int shift = 12;
        foreach (bool fetch in (ReadOnlySpan<bool>)[false, true])
        {
            ref TlbEntry entry = ref tlb.FindL1(fetch, virtualAddress, pcid);
            if (!Unsafe.IsNullRef(ref entry) && entry.Shift > shift) shift = entry.Shift;
        }
        tlb.InvalidatePage(virtualAddress, pcid);
        DropFast(virtualAddress, shift);
        DropJumps(virtualAddress, shift);
    }

    private void DropFast(ulong virtualBase, int shift)
    {
        if (shift == 12)
        {
            int slot = (int)(virtualBase >> 12) & (CpuState.TlbEntries - 1);
            for (int table = 0; table < 2 * CpuState.TlbBanks; table++)
            {
                FastTlbEntry* entry = FastTable(table / 2, (table & 1) != 0) + slot;
                if (entry->Tag == (virtualBase & ~0xfffUL)) entry->Tag = FastTlbEntry.Empty;
            }
            return;
        }
        FastTlbEntry* all = FastTable(0, write: false);
        for (int index = 0; index < CpuState.TlbBanks * 2 * CpuState.TlbEntries; index++)
        {
            if (all[index].Tag >> shift == virtualBase >> shift) all[index].Tag = FastTlbEntry.Empty;
        }
    }

    private void DropJumps(ulong virtualBase, int shift)
    {
        if (shift == 12) JumpCache.ClearPage(c, virtualBase);
        else JumpCache.Clear(c);
    }

    // ---- the fast TLBs. Bounds: bank and table are below TlbBanks and 2, the slot is masked to TlbEntries.

    private FastTlbEntry* FastTable(int bank, bool write) =>
        (FastTlbEntry*)((byte*)c + (write ? CpuState.TlbWriteOffset : CpuState.TlbReadOffset) + bank * CpuState.TlbBankBytes);

    private void FillFast(ulong virtualAddress, ulong physicalAddress, AccessKind kind, bool writeAllowed)
    {
        byte* host = ram.TryGetPointer(physicalAddress & ~0xfffUL, 4096);
        if (host == null) return;
        ulong page = virtualAddress & ~0xfffUL;
        int slot = (int)(page >> 12) & (CpuState.TlbEntries - 1);
        int bank = c->TlbBank;
        FastTlbEntry filled = new() { Tag = page, HostDelta = (nint)host - (nint)page };
        if (kind != AccessKind.Write) FastTable(bank, write: false)[slot] = filled;
        else if (writeAllowed && !codePages.ContainsCode(physicalAddress >> 12)) FastTable(bank, write: true)[slot] = filled;
    }
}
