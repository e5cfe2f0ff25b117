using System.Runtime.InteropServices;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu;

/// <summary>
/// Everything the instruction handlers touch, in one unmanaged block of <see cref="TotalBytes"/> bytes that a <see cref="Processor"/> owns.
/// Handlers address registers by their byte offset from the start, so operands decode to offsets once and need no switch later.
/// </summary>
/// <remarks>
/// Bounds: every offset a handler adds to a <c>CpuState*</c> is one of the constants here plus a decoded operand byte (at most 255) or a
/// masked table index, all of which lie inside the block.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
internal unsafe struct CpuState
{
    public const int ZeroOffset = 128, SegmentBaseOffset = 144, SelectorOffset = 392;
    public const int XmmOffset = 512, XmmStride = 32, X87Offset = 1024, BounceOffset = 1152;
    public const int HeaderBytes = 2048;

    /// <summary>TOP in the x87 status word.</summary>
    public const int X87TopMask = 7 << 11;

    // The fast TLBs: per bank one table for reads and one for writes; see FastTlb.
    public const int TlbEntries = 512, TlbTableBytes = TlbEntries * 16, TlbBankBytes = 2 * TlbTableBytes, TlbBanks = 3;

    /// <summary>Number of the bank that is never filled: in use while #AC must see every access.</summary>
    public const int EmptyTlbBank = TlbBanks;

    public const int TlbReadOffset = HeaderBytes, TlbWriteOffset = TlbReadOffset + TlbTableBytes;

    // The jump caches: virtual address -> block, per privilege; see JumpCache.
    public const int JumpCacheOffset = HeaderBytes + (TlbBanks + 1) * TlbBankBytes, JumpCacheBanks = 2;

    /// <summary>The size of the block that holds this header and the tables behind it.</summary>
    public const int TotalBytes = JumpCacheOffset + JumpCacheBanks * JumpCache.BankBytes;

    /// <summary>RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8..R15: the encoding order.</summary>
    [FieldOffset(0)] public fixed ulong Gpr[16];

    /// <summary>Reads as zero: what an absent base or index register is decoded to.</summary>
    [FieldOffset(ZeroOffset)] public ulong Zero;

    [FieldOffset(136)] public ulong Rip;

    /// <summary>Linear base addresses of ES, CS, SS, DS, FS, GS, in encoding order.</summary>
    [FieldOffset(SegmentBaseOffset)] public fixed ulong SegmentBase[6];

    /// <summary>The last flag-setting result, shifted left so that its sign is bit 63; see <see cref="LazyFlags"/>.</summary>
    [FieldOffset(192)] public ulong FlagsResult;

    /// <summary>The second source of that operation, shifted alike; or ready-made flags, by kind.</summary>
    [FieldOffset(200)] public ulong FlagsSource;

    /// <summary>The <see cref="FlagsKind"/>, and in bits 8..15 how far the two above are shifted.</summary>
    [FieldOffset(208)] public int FlagsKindAndShift;

    /// <summary>Why the chain of handlers returned; <see cref="ExitReason.None"/> while it runs.</summary>
    [FieldOffset(212)] public ExitReason Exit;

    /// <summary>What is left of the slice, and what it did: see <see cref="Charge"/>.</summary>
    [FieldOffset(216)] public long Remaining;

    /// <summary>The fast TLB for reads of the bank in use, in this block; the one for writes is <see cref="TlbTableBytes"/> behind it.</summary>
    [FieldOffset(224)] public byte* TlbTable;

    /// <summary>The jump cache in use, in this block.</summary>
    [FieldOffset(232)] public byte* JumpTable;

    /// <summary>The op to go on with, or the one that left the chain; null when only <see cref="Rip"/> counts.</summary>
    [FieldOffset(240)] public Op* Current;

    /// <summary>A GCHandle of the owning <see cref="Processor"/>.</summary>
    [FieldOffset(248)] public nint Owner;

    /// <summary>RFLAGS without the six arithmetic flags: TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID and the fixed bit 1.</summary>
    [FieldOffset(256)] public ulong SystemFlags;

    /// <summary>The translation the checked memory policy hands to a handler.</summary>
    [FieldOffset(264)] public FastTlbEntry Scratch;

    [FieldOffset(280)] public ulong FaultAddress;
    [FieldOffset(288)] public uint FaultErrorCode;
    [FieldOffset(292)] public byte FaultVector;

    /// <summary>Current privilege level, 0..3.</summary>
    [FieldOffset(293)] public byte Cpl;

    /// <summary>Width of the code segment: 64, 32 or 16.</summary>
    [FieldOffset(294)] public byte CodeBits;

    /// <summary>Whether the stack is addressed by SP (16), ESP (32) or RSP (64).</summary>
    [FieldOffset(295)] public byte StackBits;

    /// <summary>The whole x87 status word.</summary>
    public ushort X87Status
    {
        readonly get => (ushort)(X87Flags | X87Top << 7);
        set => (X87Flags, X87Top) = ((ushort)(value & ~X87TopMask), (byte)((value & X87TopMask) >> 7));
    }

    /// <summary>SSE control and status (Intel SDM Vol. 1, 10.2.3).</summary>
    [FieldOffset(296)] public uint Mxcsr;

    [FieldOffset(300)] public ushort X87Control;

    /// <summary>The x87 status word but for TOP. They are apart because the flags wait for results, and TOP says where the next operands are.</summary>
    [FieldOffset(302)] public ushort X87Flags;

    /// <summary>TOP, times the 16 bytes of a register: where ST(0) is from <see cref="X87Offset"/>.</summary>
    [FieldOffset(388)] public byte X87Top;

    /// <summary>One bit a physical x87 register, set when it is not empty (the abridged tag of FXSAVE).</summary>
    [FieldOffset(304)] public byte X87Tag;

    /// <summary>The bits of CR0 and CR4 that deny floating-point instructions; blocks are decoded for one value of them.</summary>
    [FieldOffset(305)] public FloatingModes FloatingModes;
    [FieldOffset(306)] public ushort X87Opcode;
    [FieldOffset(308)] public ushort X87InstructionSelector;
    [FieldOffset(310)] public ushort X87DataSelector;
    [FieldOffset(312)] public ulong X87InstructionPointer;
    [FieldOffset(320)] public ulong X87DataPointer;

    /// <summary>CR0, read by handlers that test TS, EM or MP.</summary>
    [FieldOffset(328)] public ulong Cr0;

    /// <summary>CR4, read by handlers that test OSFXSR, UMIP and the like.</summary>
    [FieldOffset(336)] public ulong Cr4;

    /// <summary>Loads the slice made beyond those its blocks are charged for: page-crossing seconds, string steps.</summary>
    [FieldOffset(344)] public long ExtraLoads;

    /// <summary>Stores beyond those charged, likewise.</summary>
    [FieldOffset(352)] public long ExtraStores;

    /// <summary>What a handler jumps to when it misses the fast TLB: called through a pointer so that it is not inlined into handlers,
    /// whose fast path then needs no stack frame.</summary>
    [FieldOffset(368)] public delegate*<CpuState*, Op*, void> MissHandler;

    /// <summary>What a branch jumps to when it misses the jump cache, likewise.</summary>
    [FieldOffset(376)] public delegate*<CpuState*, Op*, void> LookupHandler;

    /// <summary>Number of the fast TLB bank in use, from privilege, EFLAGS.AC and CR0.AM.</summary>
    [FieldOffset(384)] public int TlbBank;

    /// <summary>Selectors of ES, CS, SS, DS, FS, GS, in encoding order, for the x87's instruction and data pointers.</summary>
    [FieldOffset(SelectorOffset)] public fixed ushort Selectors[6];

    /// <summary>For each bank of the jump cache, the groups that are not empty.</summary>
    [FieldOffset(408)] public fixed ulong JumpGroups[JumpCacheBanks];

    /// <summary>Those of them that hold entries of pages that are not global.</summary>
    [FieldOffset(424)] public fixed ulong LocalJumpGroups[JumpCacheBanks];

    /// <summary>How many instructions the slice was given; lowered when it is asked to end early.</summary>
    [FieldOffset(360)] public long SliceInstructions;
}

/// <summary>One fast translation: <see cref="Tag"/> is the page's virtual address when the access is allowed, else <see cref="Empty"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FastTlbEntry
{
    /// <summary>What <see cref="Tag"/> holds when the entry is empty. Probes compare addresses without bits 0..11, those for aligned operands without
    /// bits 4..11 or 5..11, so no address of these forms equals it: bit 5 is set.</summary>
    public const ulong Empty = 0x20;

    public ulong Tag;

    /// <summary>Host address minus guest virtual address.</summary>
    public nint HostDelta;
}

/// <summary>Why a chain of handlers returned to the run loop.</summary>
internal enum ExitReason
{
    /// <summary>Still running.</summary>
    None,

    /// <summary>The slice is used up, or was asked to end; <see cref="CpuState.Current"/> goes on.</summary>
    SliceEnd,

    /// <summary>The instruction at <see cref="CpuState.Current"/> faulted and changed nothing.</summary>
    Fault,

    /// <summary>The op at <see cref="CpuState.Current"/> belongs to a dropped block: decode again at its address.</summary>
    Stale,

    /// <summary>The instruction is done and charged; <see cref="CpuState.Rip"/> goes on, modes or interrupt state may have changed.</summary>
    Resume,

    /// <summary>The instruction in front of <see cref="CpuState.Current"/>, of a stepped block, is done; nothing is charged yet.</summary>
    Stepped,

    /// <summary>The block that begins at <see cref="CpuState.Current"/> must be stepped through.</summary>
    Guarded,

    /// <summary>A debugger's stop: <see cref="CpuState.Current"/> goes on later; what came before it is not charged yet.</summary>
    Suspended,

    /// <summary>Likewise, between the two instructions of <see cref="CpuState.Current"/>, which is fused.</summary>
    SuspendedHalfway,

    /// <summary>The instruction fetch at <see cref="CpuState.Rip"/> faulted; everything before is charged.</summary>
    FetchFault,
}
