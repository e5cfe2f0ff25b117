using System.Runtime.InteropServices;

namespace X64Emu.Cpu;

/// <summary>
/// One pre-decoded instruction (or two, fused): a cache line. A block is a run of ops in memory, so an op's successor is <c>op + 1</c>.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct Op
{
    /// <summary>What executes this op; ends by jumping to the next op's handler.</summary>
    [FieldOffset(0)] public delegate*<CpuState*, Op*, void> Handler;

    /// <summary>Byte offsets of operand registers in <see cref="CpuState"/>, or XMM numbers.</summary>
    [FieldOffset(8)] public byte Destination;
    [FieldOffset(9)] public byte Source;

    /// <summary>Byte offsets of the address registers; <see cref="CpuState.ZeroOffset"/> where absent.</summary>
    [FieldOffset(10)] public byte Base;
    [FieldOffset(11)] public byte Index;

    /// <summary>Bits 0..1 log2 of the scale, 4..5 address size (0: 64 bits, 1: 32, 2: 16), 6: the block of this one instruction straddles two
    /// pages, 7: the reference is to the stack segment.</summary>
    [FieldOffset(12)] public byte Scale;

    /// <summary>Byte offset of the segment base to add; <see cref="CpuState.ZeroOffset"/> where it is zero by definition.</summary>
    [FieldOffset(13)] public byte Segment;

    /// <summary>Instruction length in bytes; of both when fused.</summary>
    [FieldOffset(14)] public byte Length;

    /// <summary>Guest instructions in this op: 1, 2 when fused, 0 for the jump that ends a cut block.</summary>
    [FieldOffset(15)] public byte Instructions;

    [FieldOffset(16)] public long Displacement;
    [FieldOffset(24)] public long Immediate;

    /// <summary>Successor when taken.</summary>
    [FieldOffset(32)] public Op* Target;

    /// <summary>Successor when not taken.</summary>
    [FieldOffset(40)] public Op* Next;

    /// <summary>The first source of a three-operand vector instruction, which does not branch.</summary>
    [FieldOffset(40)] public byte First;

    /// <summary>Its third source: the mask of a blend, likewise.</summary>
    [FieldOffset(41)] public byte Third;

    /// <summary>Virtual address of the instruction.</summary>
    [FieldOffset(48)] public ulong Rip;

    /// <summary>What the block costs up to and including this op; see <see cref="Cpu.Charge"/>.</summary>
    [FieldOffset(56)] public long Charge;

    public const int ScaleMask = 3, AddressSizeShift = 4, Straddles = 0x40, StackReference = 0x80;

    /// <summary>Where a handler that tries the usual case first goes with the others. Kept in <see cref="Target"/>: such ops do not branch.</summary>
    public delegate*<CpuState*, Op*, void> SlowHandler
    {
        readonly get => (delegate*<CpuState*, Op*, void>)Target;
        set => Target = (Op*)value;
    }

    /// <summary>The address of the instruction behind this one.</summary>
    public readonly ulong NextRip => Rip + Length;
}

/// <summary>
/// Cost packed in one 64-bit number, so that a block is charged with a single addition: bits 48..63 instructions (negative: they use the
/// slice up), 32..47 instruction-fetch lookups, 16..31 loads, 0..15 stores. A slice is so short that no field runs over.
/// </summary>
internal static class Charge
{
    /// <summary>The longest slice. At most three loads or stores are charged an instruction, so 16-bit fields cannot run over.</summary>
    public const int MaxSliceInstructions = 16_000;

    public static long Of(int instructions, int fetches, int loads, int stores) =>
        -((long)instructions << 48) + ((long)fetches << 32) + ((long)loads << 16) + stores;

    /// <summary>The start value of <see cref="CpuState.Remaining"/>: it turns negative when <paramref name="instructions"/> are used up.</summary>
    public static long Slice(long instructions) => (instructions - 1) << 48;

    public static int Instructions(long charge) => -(int)(charge >> 48);

    public static int Fetches(long charge) => (ushort)(charge >> 32);

    public static int Loads(long charge) => (ushort)(charge >> 16);

    public static int Stores(long charge) => (ushort)charge;

    /// <summary>What was charged before <paramref name="op"/> in its block: nothing at the head, else the op before it.</summary>
    public static unsafe long Before(Op* op) => Instructions(op->Charge) <= op->Instructions ? 0 : op[-1].Charge;
}
