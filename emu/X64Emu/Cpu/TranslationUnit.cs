using System.Numerics;
using X64Emu.Bus;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>
/// The processor's side of paging: records faults in the state, and keeps the fast TLBs there a subset of the modelled first level. What
/// hits a fast TLB would hit the model, so only misses need the model and its counts stay exact.
/// </summary>
/// <remarks>Bounds: bank and table are below TlbBanks and 2, the slot is masked to TlbEntries, and host pointers are whole pages that
/// <see cref="GuestRam.TryGetPointer"/> vouches for.</remarks>
internal sealed unsafe class TranslationUnit : ITranslationObserver
{
    private readonly CpuState* c;
    private readonly Mmu mmu;
    private readonly GuestRam ram;
    private readonly CodePageMap codePages;

    /// <summary>A bit for each fast entry, in the order of banks and tables, set when its page is not global.</summary>
    private readonly ulong[] localEntries = new ulong[CpuState.TlbBanks * 2 * CpuState.TlbEntries / 64];

    public TranslationUnit(CpuState* state, GuestRam ram, MmioBus mmio, CodePageMap codePages, TlbSpecification specification)
    {
        c = state;
        this.ram = ram;
        this.codePages = codePages;
        mmu = new Mmu(ram, mmio, specification, this)
        {
            FrameWritten = frame => { if (codePages.ContainsCode(frame)) CodeWritten?.Invoke(frame); },
        };
        FastTlbEntry* never = FastTable(CpuState.EmptyTlbBank, write: false);
        for (int index = 0; index < 2 * CpuState.TlbEntries; index++) never[index].Tag = FastTlbEntry.Empty;
        JumpCache.Initialize(c);
        FlushFast();
    }

    public PagingCounters Counters => mmu.Counters;

    public Tlb Tlb => mmu.Tlb;

    public bool PagingEnabled => mmu.Controls.Enabled;

    public ulong Cr3 => mmu.Cr3;

    /// <summary>Whether the page last translated is global.</summary>
    public bool IsGlobal => mmu.IsGlobal;

    /// <summary>Told of each physical page number that holds decoded code and was written.</summary>
    public Action<ulong>? CodeWritten { get; set; }

    /// <summary>Decides which pages stay out of the fast TLBs because a debugger watches them; null when none does.</summary>
    public AccessMonitor? Monitor { get; set; }

    /// <inheritdoc cref="Mmu.WriteLog"/>
    public PageTableWriteLog? WriteLog
    {
        get => mmu.WriteLog;
        set => mmu.WriteLog = value;
    }

    /// <summary>When false, nothing enters the fast TLBs: every access consults the model (reference mode, LRU, data breakpoints of the guest).</summary>
    public bool UseFastTlb { get; set; } = true;

    /// <summary>Translates one data address for an access that stays in its page. On failure the fault is recorded in the state.</summary>
    public bool TranslateData(ulong virtualAddress, AccessKind kind, AccessMode mode, bool stack, out ulong physicalAddress)
    {
        if (!mmu.Translate(virtualAddress, kind, mode, out physicalAddress, out TranslationFault fault)) return Record(fault, virtualAddress, stack);
        if (kind == AccessKind.Write && mode == AccessMode.User) WriteLog?.TableReused(physicalAddress >> 12);
        if (UseFastTlb && mode != AccessMode.System && c->TlbBank != CpuState.EmptyTlbBank) FillFast(virtualAddress, physicalAddress, kind);
        return true;
    }

    /// <summary>Translates the address of an instruction. On failure the fault is recorded in the state.</summary>
    public bool TranslateFetch(ulong virtualAddress, out ulong physicalAddress)
    {
        AccessMode mode = c->Cpl == 3 ? AccessMode.User : AccessMode.Supervisor;
        return mmu.Translate(virtualAddress, AccessKind.Fetch, mode, out physicalAddress, out TranslationFault fault)
            || Record(fault, virtualAddress, stack: false);
    }

    /// <inheritdoc cref="Mmu.Probe"/>
    public bool Probe(ulong virtualAddress, out ulong physicalAddress) => mmu.Probe(virtualAddress, out physicalAddress);

    /// <inheritdoc cref="Mmu.InvalidatePage"/>
    public void InvalidatePage(ulong virtualAddress) => mmu.InvalidatePage(virtualAddress);

    /// <inheritdoc cref="Mmu.LoadCr3"/>
    public void LoadCr3(ulong value) => mmu.LoadCr3(value);

    /// <inheritdoc cref="Mmu.InvalidateContext"/>
    public void InvalidateContext(int type, ushort context, ulong virtualAddress) => mmu.InvalidateContext(type, context, virtualAddress);

    /// <inheritdoc cref="Mmu.SetControls"/>
    public void SetControls(in PagingControls value, bool flush) => mmu.SetControls(value, flush);

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

    void ITranslationObserver.DataTranslationDropped(ulong virtualBase, int shift)
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

    void ITranslationObserver.FetchTranslationDropped(ulong virtualBase, int shift)
    {
        if (shift == 12) JumpCache.ClearPage(c, virtualBase);
        else JumpCache.Clear(c);
    }

    void ITranslationObserver.TranslationsDropped() => FlushFast();

    void ITranslationObserver.LocalTranslationsDropped()
    {
        FastTlbEntry* all = FastTable(0, write: false);
        for (int word = 0; word < localEntries.Length; word++)
        {
            for (ulong left = localEntries[word]; left != 0; left &= left - 1) all[word * 64 + BitOperations.TrailingZeroCount(left)].Tag = FastTlbEntry.Empty;
            localEntries[word] = 0;
        }
        JumpCache.ClearLocal(c);
    }

    private bool Record(in TranslationFault fault, ulong virtualAddress, bool stack)
    {
        c->FaultVector = (byte)(!fault.IsNonCanonical ? ExceptionVector.PageFault : stack ? ExceptionVector.StackFault : ExceptionVector.GeneralProtection);
        c->FaultErrorCode = fault.ErrorCode;
        c->FaultAddress = virtualAddress;
        return false;
    }

    private FastTlbEntry* FastTable(int bank, bool write) =>
        (FastTlbEntry*)((byte*)c + (write ? CpuState.TlbWriteOffset : CpuState.TlbReadOffset) + bank * CpuState.TlbBankBytes);

    private void FillFast(ulong virtualAddress, ulong physicalAddress, AccessKind kind)
    {
        byte* host = ram.TryGetPointer(physicalAddress & ~0xfffUL, 4096);
        if (host == null || (kind == AccessKind.Write && codePages.ContainsCode(physicalAddress >> 12))) return;
        if (Monitor is not null && Monitor.MustSee(virtualAddress, physicalAddress, kind)) return;
        ulong page = virtualAddress & ~0xfffUL;
        int slot = (int)(page >> 12) & (CpuState.TlbEntries - 1), table = c->TlbBank * 2 + (kind == AccessKind.Write ? 1 : 0);
        FastTable(c->TlbBank, kind == AccessKind.Write)[slot] = new FastTlbEntry { Tag = page, HostDelta = (nint)host - (nint)page };
        ref ulong local = ref localEntries[(table * CpuState.TlbEntries + slot) / 64];
        if (mmu.IsGlobal) local &= ~(1UL << slot);
        else local |= 1UL << slot;
    }
}
