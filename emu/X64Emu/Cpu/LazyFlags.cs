using System.Numerics;
using System.Runtime.CompilerServices;

namespace X64Emu.Cpu;

/// <summary>How <see cref="CpuState.FlagsResult"/> and <see cref="CpuState.FlagsSource"/> encode the six arithmetic flags.</summary>
internal enum FlagsKind
{
    /// <summary>Source holds the flags as RFLAGS bits.</summary>
    Explicit,

    /// <summary>Result = x + source.</summary>
    Add,

    /// <summary>Result = x + source + 1.</summary>
    AddCarry,

    /// <summary>Result = x - source.</summary>
    Sub,

    /// <summary>Result = x - source - 1.</summary>
    SubBorrow,

    /// <summary>CF = OF = AF = 0.</summary>
    Logic,

    /// <summary>Result = x + 1; source holds the old CF.</summary>
    Increment,

    /// <summary>Result = x - 1; source holds the old CF.</summary>
    Decrement,

    /// <summary>Source is the operand shifted left by all but one of the count: its sign is CF. AF = 1.</summary>
    ShiftLeft,

    /// <summary>Source is the operand shifted right by all but one of the count: its lowest bit is CF, its sign OF. AF = 1.</summary>
    ShiftRight,

    /// <summary>Likewise, with OF = 0.</summary>
    ShiftRightSigned,

    /// <summary>Source holds CF, OF and AF as RFLAGS bits; ZF, SF and PF come from the result.</summary>
    CarryOverflow,
}

/// <summary>
/// The six arithmetic flags, kept as the operation that set them and worked out only when read. Result and source are shifted left so that
/// the operand's sign is bit 63: then zero, sign, carry and overflow need no operand size.
/// </summary>
internal static unsafe class LazyFlags
{
    /// <summary>The <see cref="FlagsKind"/> in <see cref="CpuState.FlagsKindAndShift"/>. The two bits above it belong to products, which
    /// change CF and OF and keep the rest: <see cref="ProductBit"/> says so, <see cref="ProductOverflowBit"/> is the value of both.</summary>
    private const int KindMask = 0x3f, ProductOverflowBit = 0x40, ProductBit = 0x80, KindAndProductMask = 0xff;

    public const ulong Carry = 1, Parity = 4, Adjust = 0x10, Zero = 0x40, Sign = 0x80, Overflow = 0x800;

    /// <summary>All six.</summary>
    public const ulong Arithmetic = Carry | Parity | Adjust | Zero | Sign | Overflow;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<TSize>(CpuState* c, FlagsKind kind, ulong result, ulong source) where TSize : struct, IOperandSize
    {
        c->FlagsResult = result << TSize.Shift;
        c->FlagsSource = source << TSize.Shift;
        c->FlagsKindAndShift = (int)kind | TSize.Shift << 8;
    }

    /// <summary>Sets flags whose CF, OF or AF do not follow from a sum: <paramref name="bits"/> holds them at their RFLAGS places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetRaw<TSize>(CpuState* c, FlagsKind kind, ulong result, ulong bits) where TSize : struct, IOperandSize
    {
        c->FlagsResult = result << TSize.Shift;
        c->FlagsSource = bits;
        c->FlagsKindAndShift = (int)kind | TSize.Shift << 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetExplicit(CpuState* c, ulong flags)
    {
        c->FlagsKindAndShift = (int)FlagsKind.Explicit;
        c->FlagsSource = flags & Arithmetic;
        c->FlagsResult = 0;
    }

    /// <summary>Replaces the flags in <paramref name="mask"/> and keeps the others.</summary>
    public static void Update(CpuState* c, ulong mask, ulong flags) => SetExplicit(c, All(c) & ~mask | flags & mask);

    /// <summary>Sets CF and OF, as MUL and IMUL do, and keeps how the others follow from the operation before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetProduct(CpuState* c, bool overflows) =>
        c->FlagsKindAndShift = c->FlagsKindAndShift & ~(ProductBit | ProductOverflowBit) | (overflows ? ProductBit | ProductOverflowBit : ProductBit);

    /// <summary>True behind CMP, SUB and NEG: conditions then follow from comparing the operands, which most often is what they stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDifference(CpuState* c) => (c->FlagsKindAndShift & KindAndProductMask) == (int)FlagsKind.Sub;

    /// <summary>True behind what computes flags and no result: comparisons of floating-point numbers above all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExplicit(CpuState* c) => (c->FlagsKindAndShift & KindAndProductMask) == (int)FlagsKind.Explicit;

    public static bool IsCarry(CpuState* c)
    {
        ulong result = c->FlagsResult, source = c->FlagsSource;
        return (FlagsKind)(c->FlagsKindAndShift & KindAndProductMask) switch
        {
            FlagsKind.Add => result < source,
            FlagsKind.Sub => result + source < source,
            FlagsKind.Logic => false,
            FlagsKind.AddCarry => result <= source,
            FlagsKind.SubBorrow => result + source + UnitOf(c) <= source,
            FlagsKind.ShiftLeft => (long)source < 0,
            FlagsKind.ShiftRight or FlagsKind.ShiftRightSigned => (source & UnitOf(c)) != 0,
            _ => IsStored(c, Carry),
        };
    }

    public static bool IsOverflow(CpuState* c)
    {
        ulong result = c->FlagsResult, source = c->FlagsSource;
        return (FlagsKind)(c->FlagsKindAndShift & KindAndProductMask) switch
        {
            FlagsKind.Add => SumOverflows(result - source, source, result),
            FlagsKind.Sub => DifferenceOverflows(result + source, source, result),
            FlagsKind.Logic => false,
            FlagsKind.AddCarry => SumOverflows(result - source - UnitOf(c), source, result),
            FlagsKind.SubBorrow => DifferenceOverflows(result + source + UnitOf(c), source, result),
            FlagsKind.Increment => result == 1UL << 63,
            FlagsKind.Decrement => result == (1UL << 63) - UnitOf(c),
            FlagsKind.ShiftLeft => (long)(source ^ result) < 0,
            FlagsKind.ShiftRight => (long)source < 0,
            FlagsKind.ShiftRightSigned => false,
            _ => IsStored(c, Overflow),
        };
    }

    public static bool IsZero(CpuState* c) =>
        (c->FlagsKindAndShift & KindMask) == (int)FlagsKind.Explicit ? (c->FlagsSource & Zero) != 0 : c->FlagsResult == 0;

    public static bool IsSign(CpuState* c) =>
        (c->FlagsKindAndShift & KindMask) == (int)FlagsKind.Explicit ? (c->FlagsSource & Sign) != 0 : (long)c->FlagsResult < 0;

    public static bool IsParity(CpuState* c) => (c->FlagsKindAndShift & KindMask) == (int)FlagsKind.Explicit
        ? (c->FlagsSource & Parity) != 0
        : (BitOperations.PopCount((byte)(c->FlagsResult >> ShiftOf(c))) & 1) == 0;

    public static bool IsAdjust(CpuState* c)
    {
        ulong result = c->FlagsResult, source = c->FlagsSource;
        int shift = ShiftOf(c);
        switch ((FlagsKind)(c->FlagsKindAndShift & KindMask))
        {
            case FlagsKind.Add: return CarryIntoBit4(result - source, source, result, shift);
            case FlagsKind.AddCarry: return CarryIntoBit4(result - source - UnitOf(c), source, result, shift);
            case FlagsKind.Sub: return CarryIntoBit4(result + source, source, result, shift);
            case FlagsKind.SubBorrow: return CarryIntoBit4(result + source + UnitOf(c), source, result, shift);
            case FlagsKind.Logic: return false;
            case FlagsKind.Increment: return (result >> shift & 0xf) == 0;
            case FlagsKind.Decrement: return (result >> shift & 0xf) == 0xf;
            case FlagsKind.ShiftLeft or FlagsKind.ShiftRight or FlagsKind.ShiftRightSigned: return true;
            default: return (source & Adjust) != 0;
        }
    }

    /// <summary>All six flags at their RFLAGS places.</summary>
    public static ulong All(CpuState* c) => (c->FlagsKindAndShift & KindAndProductMask) == (int)FlagsKind.Explicit
        ? c->FlagsSource
        : (IsCarry(c) ? Carry : 0) | (IsParity(c) ? Parity : 0) | (IsAdjust(c) ? Adjust : 0) | (IsZero(c) ? Zero : 0)
            | (IsSign(c) ? Sign : 0) | (IsOverflow(c) ? Overflow : 0);

    /// <summary>Evaluates a condition by its encoding, the low four bits of Jcc's opcode (Intel SDM Vol. 2, appendix B.1.4.7).</summary>
    public static bool Evaluate(CpuState* c, int conditionCode)
    {
        bool value = (conditionCode >> 1) switch
        {
            0 => IsOverflow(c),
            1 => IsCarry(c),
            2 => IsZero(c),
            3 => IsCarry(c) || IsZero(c),
            4 => IsSign(c),
            5 => IsParity(c),
            6 => IsSign(c) != IsOverflow(c),
            _ => IsZero(c) || IsSign(c) != IsOverflow(c),
        };
        return value ^ (conditionCode & 1) != 0;
    }

    /// <summary>CF or OF where they do not follow from a result.</summary>
    private static bool IsStored(CpuState* c, ulong flag) => (c->FlagsKindAndShift & ProductBit) != 0
        ? (c->FlagsKindAndShift & ProductOverflowBit) != 0
        : (c->FlagsSource & flag) != 0;

    private static int ShiftOf(CpuState* c) => c->FlagsKindAndShift >> 8 & 0xff;

    /// <summary>The operand's 1, aligned as result and source are.</summary>
    private static ulong UnitOf(CpuState* c) => 1UL << ShiftOf(c);

    private static bool SumOverflows(ulong a, ulong b, ulong sum) => (long)(~(a ^ b) & (a ^ sum)) < 0;

    private static bool DifferenceOverflows(ulong a, ulong b, ulong difference) => (long)((a ^ b) & (a ^ difference)) < 0;

    private static bool CarryIntoBit4(ulong a, ulong b, ulong result, int shift) => ((a ^ b ^ result) >> shift & 0x10) != 0;
}

/// <summary>Whether a handler keeps the flags: the decoder drops them where every one is overwritten before it can be seen.</summary>
internal interface IFlagsUse
{
    static abstract bool Live { get; }
}

internal readonly struct FlagsLive : IFlagsUse
{
    public static bool Live => true;
}

internal readonly struct FlagsDead : IFlagsUse
{
    public static bool Live => false;
}
