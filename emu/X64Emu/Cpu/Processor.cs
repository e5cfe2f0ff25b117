using System.Runtime.InteropServices;
using X64Emu.Bus;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>One x86-64 processor: its registers, its way to memory, and the block cache its instructions run from.</summary>
/// <remarks>Not thread-safe but for <see cref="RequestStop"/>: one thread runs it, and devices call back on that thread.</remarks>
public sealed unsafe class Processor : IDisposable
{
    private readonly BlockFinder finder;
    private readonly BlockBuilder builder;
    private readonly SteppedBlocks stepped;
    private readonly bool isReference;
    private readonly HashSet<Iced.Intel.Code> reportedUnimplemented = [];
    private readonly GCHandle self;
    private CpuState* c;

    /// <summary>Makes a processor in its reset-like start state: 64-bit flat segments must be set by a boot loader or through the registers.</summary>
    /// <param name="ram">Guest memory.</param>
    /// <param name="mmio">Devices in the physical address space.</param>
    /// <param name="ports">Devices behind IN and OUT.</param>
    /// <param name="codePages">Marks the physical pages that hold decoded code; shared with devices that write memory.</param>
    /// <param name="clock">Virtual time, which the processor advances.</param>
    /// <param name="options">TLB and engine settings.</param>
    public Processor(GuestRam ram, MmioBus mmio, PortBus ports, CodePageMap codePages, VirtualClock clock, ProcessorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Ports = ports;
        Clock = clock;
        Options = options;
        Model = CpuModel.Of(options.Level);
        Identification = new CpuIdentification(this);
        Random = new RandomGenerator(options.RandomSeed);
        c = (CpuState*)NativeMemory.AlignedAlloc(CpuState.TotalBytes, 4096);
        NativeMemory.Clear(c, CpuState.TotalBytes);
        self = GCHandle.Alloc(this, GCHandleType.Weak);
        c->Owner = GCHandle.ToIntPtr(self);
        c->MissHandler = &HandlerTwins.RunChecked;
        c->LookupHandler = &Resolver.Lookup;
        c->SystemFlags = RFlags.Fixed;
        c->Mxcsr = 0x1f80;
        c->X87Control = 0x37f;
        c->CodeBits = c->StackBits = 32;
        c->Cr0 = SystemRegisters.Cr0ExtensionType;
        Mmu = new TranslationUnit(c, ram, mmio, codePages, options.Tlb) { CodeWritten = DropCode };
        Memory = new CheckedAccess(c, Mmu, ram, mmio, codePages, SynchronizeClock);
        Blocks = new BlockCache(c, Mmu, codePages);
        isReference = options.ReferenceMode || options.Tlb.Policy == ReplacementPolicy.Lru;
        Mmu.UseFastTlb = !isReference;
        builder = new BlockBuilder(Blocks, Blocks.Ops, Model) { UseCheckedHandlers = isReference, Unimplemented = OnUnimplemented };
        finder = new BlockFinder(c, Mmu, ram, Blocks, builder);
        Segments = new Segmentation(this);
        ControlRegisters = new ControlRegisters(this);
        ModelSpecificRegisters = new ModelSpecificRegisters(this);
        DebugUnit = new DebugUnit(this);
        Interrupts = new InterruptUnit(this);
        Monitor = new AccessMonitor(this, ram);
        stepped = new SteppedBlocks(Blocks, ram, Breakpoints, Model);
        Loop = new RunLoop(this, finder, stepped);
        Registers = new ProcessorRegisters(this);
        ModesChanged();
    }

    internal SystemRegisters System { get; } = new();

    internal TranslationUnit Mmu { get; }

    internal CheckedAccess Memory { get; }

    internal BlockCache Blocks { get; }

    internal PortBus Ports { get; }

    internal VirtualClock Clock { get; }

    internal ProcessorOptions Options { get; }

    /// <summary>What kind of processor it is.</summary>
    internal CpuModel Model { get; }

    internal CpuIdentification Identification { get; }

    internal RandomGenerator Random { get; }

    internal CpuState* State => c;

    internal RunLoop Loop { get; }

    internal AccessMonitor Monitor { get; }

    internal InterruptUnit Interrupts { get; }

    internal DebugUnit DebugUnit { get; }

    internal Segmentation Segments { get; }

    internal ControlRegisters ControlRegisters { get; }

    internal ModelSpecificRegisters ModelSpecificRegisters { get; }

    /// <summary>Who answers interrupt acknowledge cycles; without one INTR is ignored.</summary>
    public IInterruptController? InterruptController { get; set; }

    /// <summary>The local APIC behind CR8, IA32_APIC_BASE and IA32_TSC_DEADLINE; without one the last does not exist.</summary>
    public ILocalApicRegisters? LocalApic { get; set; }

    /// <summary>INTR: taken between instructions while it is high and RFLAGS.IF is set.</summary>
    public IInterruptLine InterruptRequest => Interrupts.InterruptRequest;

    /// <summary>NMI: each rising edge is one interrupt.</summary>
    public IInterruptLine NonMaskableInterrupt => Interrupts.NonMaskableInterrupt;

    /// <summary>Where the processor stops before an instruction runs.</summary>
    public BreakpointSet Breakpoints { get; } = new();

    /// <summary>Memory at whose access the processor stops, behind the instruction.</summary>
    public WatchpointSet Watchpoints => Monitor.Watchpoints;

    /// <summary>What <see cref="Run"/> last returned.</summary>
    public StopReason LastStop { get; private set; }

    /// <summary>The accesses that <see cref="Run"/> last returned <see cref="StopReason.Watchpoint"/> for.</summary>
    public IReadOnlyList<WatchHit> WatchHits => Monitor.Hits;

    /// <summary>Who wrote page-table entries; off until enabled.</summary>
    public PageTableWriteLog PageTableWrites => Monitor.PageTableWrites;

    /// <summary>Every register, for reading and writing while the processor does not run.</summary>
    public ProcessorRegisters Registers { get; }

    /// <summary>What was executed so far.</summary>
    public ExecutionCounters Counters => Loop.Counters;

    /// <summary>What paging did so far.</summary>
    public PagingCounters Paging => Mmu.Counters;

    /// <summary>Asked between slices, so that host input can reach devices; must return at once.</summary>
    public Action? HostPoll { get; set; }

    /// <summary>Asked when the processor is halted. With <c>true</c> no timer is due: it may wait for host input, and returns false when
    /// none can come. With <c>false</c> it must return at once.</summary>
    public Func<bool, bool>? Idle { get; set; }

    /// <summary>What virtual time follows; null for the instructions alone.</summary>
    public IPace? Pace { get; set; }

    /// <summary>Asked before an exception or software interrupt is delivered to the guest; may repair its cause and let a faulting
    /// instruction run again, or go on behind a software interrupt.</summary>
    public Func<ExceptionInfo, HookResult>? ExceptionHook { get; set; }

    /// <summary>Asked in place of a SYSCALL's own work; see <see cref="HookResult"/>. RIP is behind the instruction.</summary>
    public Func<HookResult>? SystemCallHook { get; set; }

    /// <summary>Called before each instruction, RIP being its address; one that faults or is interrupted between its steps is told again when it
    /// goes on. Makes the processor run one instruction at a time, but changes no count.</summary>
    public Action? InstructionHook { get; set; }

    /// <summary>Called for each data access, after it. Slow, but changes no count.</summary>
    public Action<WatchHit>? MemoryHook
    {
        get => Monitor.Hook;
        set => Monitor.Hook = value;
    }

    /// <summary>Called when a kernel has gone to user mode (CPL 3, by SYSRET, IRET or RET FAR), before anything runs there.</summary>
    public Action? UserModeHook { get; set; }

    /// <summary>The exception that a hook stopped at, or that could not be delivered.</summary>
    public ExceptionInfo? LastException { get; internal set; }

    /// <summary>Runs until so many more instructions have retired or something stops the processor.</summary>
    /// <param name="instructions">At least 1; <see cref="long.MaxValue"/> for no limit.</param>
    public StopReason Run(long instructions = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instructions, 1);
        return LastStop = Loop.Run(instructions);
    }

    /// <summary>Stops the processor at the next slice boundary, at most a few microseconds from now. May be called from any thread.</summary>
    public void RequestStop() => Loop.RequestStop();

    /// <summary>Makes <see cref="Run"/> return <see cref="StopReason.Paused"/> behind the instruction that is being executed. For hooks and
    /// devices; called from <see cref="ExceptionHook"/> it stops behind the delivery. Changes no count.</summary>
    public void Pause() => Loop.StopBehindInstruction(StopReason.Paused);

    /// <summary>The modelled TLB's valid entries: first level for instructions, for data, second level, each in the model's order. No side effect.</summary>
    public IReadOnlyList<TlbEntryInfo> TlbEntries() =>
        [.. Describe(1, TlbKind.Instruction), .. Describe(1, TlbKind.Data), .. Describe(2, TlbKind.Unified)];

    private IEnumerable<TlbEntryInfo> Describe(int level, TlbKind kind) =>
        Mmu.Tlb.Entries(level, fetch: kind == TlbKind.Instruction).Select(entry => new TlbEntryInfo(
            level, kind, new(entry.VirtualBase), new(entry.PhysicalBase), 1UL << entry.Shift, entry.Pcid, entry.IsGlobal, entry.IsDirty, entry.Permissions));

    /// <summary>Translates an address as the page tables say now, without touching TLB, counters or accessed bits.</summary>
    public bool TryTranslate(VirtualAddress address, out PhysicalAddress physical)
    {
        bool found = Mmu.Probe(address.Value, out ulong value);
        physical = new(value);
        return found;
    }

    /// <summary>What INVLPG does: drops the address from the TLB.</summary>
    public void InvalidatePage(VirtualAddress address) => Mmu.InvalidatePage(address.Value);

    /// <summary>Puts the processor into 64-bit mode at CPL 3 with flat segments, the vector registers it has enabled, and the given page tables.</summary>
    internal void EnterUserMode(PhysicalAddress pageTables)
    {
        const ushort userCode64 = 0xa0fb, userData = 0xc0f3;
        System.Segments[(int)SegmentName.Cs] = new SegmentRegister(0x33, 0, uint.MaxValue, userCode64);
        foreach (SegmentName name in (ReadOnlySpan<SegmentName>)[SegmentName.Ss, SegmentName.Ds, SegmentName.Es, SegmentName.Fs, SegmentName.Gs])
            System.Segments[(int)name] = new SegmentRegister(0x2b, 0, uint.MaxValue, userData);
        System.Efer = SystemRegisters.EferSystemCall | SystemRegisters.EferLongModeEnable | SystemRegisters.EferLongModeActive
            | SystemRegisters.EferNoExecute;
        c->Cr0 = SystemRegisters.Cr0ProtectionEnable | SystemRegisters.Cr0MonitorCoprocessor | SystemRegisters.Cr0ExtensionType
            | SystemRegisters.Cr0NumericError | SystemRegisters.Cr0WriteProtect | SystemRegisters.Cr0Paging;
        c->Cr4 = SystemRegisters.Cr4PhysicalAddressExtension | SystemRegisters.Cr4GlobalPages | SystemRegisters.Cr4OsFxsr
            | SystemRegisters.Cr4OsXmmExceptions;
        if (Model.Has(Iced.Intel.CpuidFeature.FSGSBASE)) c->Cr4 |= SystemRegisters.Cr4FsGsBase;
        if (Model.ExtendedStates != 0)
        {
            c->Cr4 |= SystemRegisters.Cr4OsXsave;
            System.Xcr0 = Model.ExtendedStates;
        }
        c->SystemFlags = RFlags.Fixed | RFlags.Interrupt;
        c->Cpl = 3;
        PagingControlsChanged(flush: true);
        Mmu.LoadCr3(pageTables.Value);
        ModesChanged();
    }

    /// <summary>Puts the processor into 32-bit protected mode at CPL 0 with flat segments, paging and interrupts off: the state in which boot
    /// protocols enter a kernel. CS is selector 8, the others are 0x10, the task register holds a 32-bit task state at 0.</summary>
    public void EnterProtectedMode()
    {
        const ushort code32 = 0xc09b, data32 = 0xc093, busyTask32 = 0x008b;
        System.Efer = 0;
        System.Xcr0 = ExtendedControl.X87;
        c->Cr0 = SystemRegisters.Cr0ProtectionEnable | SystemRegisters.Cr0ExtensionType;
        c->Cr4 = 0;
        c->SystemFlags = RFlags.Fixed;
        c->Cpl = 0;
        Segments.Set(SegmentName.Cs, new SegmentRegister(8, 0, uint.MaxValue, code32));
        foreach (SegmentName name in (ReadOnlySpan<SegmentName>)[SegmentName.Ss, SegmentName.Ds, SegmentName.Es, SegmentName.Fs, SegmentName.Gs])
            Segments.Set(name, new SegmentRegister(0x10, 0, uint.MaxValue, data32));
        System.TaskRegister = new SegmentRegister(0, 0, 0x67, busyTask32);
        PagingControlsChanged(flush: true);
        ModesChanged();
    }

    internal Op* FindBlock() => finder.Find();

    internal void PollHost() => HostPoll?.Invoke();

    internal bool OnIdle(bool mayBlock) => Idle?.Invoke(mayBlock) ?? false;

    /// <summary>Brings virtual time to the running instruction, before a device looks at it.</summary>
    internal void SynchronizeClock() => Clock.AdvanceTo(Loop.PreciseNowNanoseconds);

    /// <summary>Lets the debug unit see every data access, or not.</summary>
    internal void WatchDataAccesses(bool watch)
    {
        Memory.Watch = watch ? DebugUnit.DataAccessed : null;
        Mmu.UseFastTlb = !isReference && !watch;
        builder.UseCheckedHandlers = isReference || watch;
        Mmu.FlushFast();
    }

    /// <summary>Tells watchpoints that a device has written RAM.</summary>
    internal void DeviceWrote(PhysicalAddress address, int lengthBytes) => Memory.Monitor?.DeviceWrote(address, lengthBytes);

    /// <summary>Takes over what a debugger looks for. The model is not asked, so that no count changes.</summary>
    internal void MonitoringChanged()
    {
        Memory.Monitor = Mmu.Monitor = Monitor.IsActive ? Monitor : null;
        Mmu.WriteLog = PageTableWrites.IsEnabled ? PageTableWrites : null;
        Mmu.FlushFast();
    }

    /// <summary>Each kind of instruction is reported once, so that a guest cannot fill the log. Bytes that mean nothing are the guest's own affair.</summary>
    private void OnUnimplemented(Iced.Intel.Instruction instruction)
    {
        if (instruction.IsInvalid) ProcessorLog.Undecodable(Options.Logger, instruction.IP);
        else if (reportedUnimplemented.Add(instruction.Code)) ProcessorLog.Unimplemented(Options.Logger, instruction.IP, instruction.Code.ToString());
    }

    /// <summary>The processor a state block belongs to.</summary>
    internal static Processor Of(CpuState* state) => (Processor)GCHandle.FromIntPtr(state->Owner).Target!;

    /// <summary>Tells the processor that a physical page with decoded code was written by a device: its blocks are dropped.</summary>
    /// <param name="physicalPageNumber">The physical address divided by 4096.</param>
    public void DropCode(ulong physicalPageNumber) => Blocks.DropPage(physicalPageNumber);

    /// <summary>Works out what follows from CR0, CR4, XCR0, EFER and the segments: floating-point modes, and what <see cref="SegmentsChanged"/> does.</summary>
    internal void ModesChanged()
    {
        for (int name = 0; name < System.Segments.Length; name++) c->Selectors[name] = System.Segments[name].Selector;
        FloatingModes floatingModes = FloatingAvailability.ModesOf(c->Cr0, c->Cr4, System.Xcr0);
        if (floatingModes != c->FloatingModes)
        {
            c->FloatingModes = floatingModes;
            JumpCache.Clear(c);
        }
        SegmentsChanged();
    }

    /// <summary>Works out what follows from CS, SS and CPL: code and stack width, fast TLB bank, jump cache bank.</summary>
    internal void SegmentsChanged()
    {
        Loop?.StateChanged();
        ref readonly SegmentRegister code = ref System.Segments[(int)SegmentName.Cs], stack = ref System.Segments[(int)SegmentName.Ss];
        byte codeBits = System.IsLongModeActive && code.IsLong ? (byte)64 : code.IsDefault32 ? (byte)32 : (byte)16;
        c->StackBits = codeBits == 64 ? (byte)64 : stack.IsDefault32 ? (byte)32 : (byte)16;
        if (codeBits != c->CodeBits)
        {
            c->CodeBits = codeBits;
            Mmu.FlushFast();
        }
        PrivilegeChanged();
    }

    /// <summary>Chooses the fast TLB and jump cache for CPL and EFLAGS.AC. While alignment is checked (CPL 3, AC and CR0.AM; Intel SDM
    /// Vol. 3A, 6.15, interrupt 17) that is the empty one, so that every access is a careful one.</summary>
    internal void PrivilegeChanged()
    {
        bool alignmentCheck = (c->SystemFlags & RFlags.AlignmentCheck) != 0;
        int bank = c->Cpl != 3 ? alignmentCheck ? 2 : 1
            : alignmentCheck && (c->Cr0 & SystemRegisters.Cr0AlignmentMask) != 0 ? CpuState.EmptyTlbBank : 0;
        c->TlbBank = bank;
        c->TlbTable = (byte*)c + CpuState.TlbReadOffset + bank * CpuState.TlbBankBytes;
        c->JumpTable = (byte*)c + CpuState.JumpCacheOffset + (c->Cpl == 3 ? 0 : JumpCache.BankBytes);
    }

    /// <summary>Hands changed paging control bits to the MMU.</summary>
    /// <param name="flush">Whether the change flushes the TLB (Intel SDM Vol. 3A, 4.10.4.1).</param>
    internal void PagingControlsChanged(bool flush)
    {
        bool paging = (c->Cr0 & SystemRegisters.Cr0Paging) != 0;
        Mmu.SetControls(
            new PagingControls(
                Enabled: paging,
                WriteProtect: (c->Cr0 & SystemRegisters.Cr0WriteProtect) != 0,
                Smep: (c->Cr4 & SystemRegisters.Cr4Smep) != 0,
                Smap: (c->Cr4 & SystemRegisters.Cr4Smap) != 0,
                NoExecute: (System.Efer & SystemRegisters.EferNoExecute) != 0,
                GlobalPages: (c->Cr4 & SystemRegisters.Cr4GlobalPages) != 0,
                ProcessContexts: (c->Cr4 & SystemRegisters.Cr4ProcessContexts) != 0),
            flush);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (c == null) return;
        stepped.Dispose();
        Blocks.Dispose();
        NativeMemory.AlignedFree(c);
        c = null;
        self.Free();
    }
}
