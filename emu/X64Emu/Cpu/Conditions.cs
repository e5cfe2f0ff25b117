using System.Runtime.CompilerServices;

namespace X64Emu.Cpu;

/// <summary>A condition of Jcc, SETcc and CMOVcc.</summary>
internal unsafe interface ICondition
{
    /// <summary>From the flags.</summary>
    static abstract bool OfFlags(CpuState* c);
}

/// <summary>A condition that also follows directly from the operands of the instruction before.</summary>
internal unsafe interface ICompareCondition : ICondition
{
    /// <summary>Of CMP a, b, both aligned to bit 63.</summary>
    static abstract bool OfCompare(ulong a, ulong b);

    /// <summary>Of a logical operation's result, aligned to bit 63: CF and OF are clear.</summary>
    static abstract bool OfLogic(ulong result);
}

internal readonly unsafe struct Overflow : ICompareCondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsOverflow(c);
    public static bool OfCompare(ulong a, ulong b) => (long)((a ^ b) & (a ^ (a - b))) < 0;
    public static bool OfLogic(ulong result) => false;
}

internal readonly unsafe struct Below : ICompareCondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool OfFlags(CpuState* c) => LazyFlags.IsDifference(c)
        ? OfCompare(c->FlagsResult + c->FlagsSource, c->FlagsSource)
        : LazyFlags.IsExplicit(c) ? (c->FlagsSource & LazyFlags.Carry) != 0 : LazyFlags.IsCarry(c);

    public static bool OfCompare(ulong a, ulong b) => a < b;
    public static bool OfLogic(ulong result) => false;
}

internal readonly unsafe struct Equal : ICompareCondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsZero(c);
    public static bool OfCompare(ulong a, ulong b) => a == b;
    public static bool OfLogic(ulong result) => result == 0;
}

internal readonly unsafe struct BelowOrEqual : ICompareCondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool OfFlags(CpuState* c) => LazyFlags.IsDifference(c)
        ? OfCompare(c->FlagsResult + c->FlagsSource, c->FlagsSource)
        : LazyFlags.IsExplicit(c) ? (c->FlagsSource & (LazyFlags.Carry | LazyFlags.Zero)) != 0 : LazyFlags.IsCarry(c) || LazyFlags.IsZero(c);

    public static bool OfCompare(ulong a, ulong b) => a <= b;
    public static bool OfLogic(ulong result) => result == 0;
}

internal readonly unsafe struct Sign : ICompareCondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsSign(c);
    public static bool OfCompare(ulong a, ulong b) => (long)(a - b) < 0;
    public static bool OfLogic(ulong result) => (long)result < 0;
}

internal readonly unsafe struct Less : ICompareCondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsDifference(c)
        ? OfCompare(c->FlagsResult + c->FlagsSource, c->FlagsSource)
        : LazyFlags.IsSign(c) != LazyFlags.IsOverflow(c);

    public static bool OfCompare(ulong a, ulong b) => (long)a < (long)b;
    public static bool OfLogic(ulong result) => (long)result < 0;
}

internal readonly unsafe struct LessOrEqual : ICompareCondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsDifference(c)
        ? OfCompare(c->FlagsResult + c->FlagsSource, c->FlagsSource)
        : LazyFlags.IsZero(c) || LazyFlags.IsSign(c) != LazyFlags.IsOverflow(c);

    public static bool OfCompare(ulong a, ulong b) => (long)a <= (long)b;
    public static bool OfLogic(ulong result) => (long)result <= 0;
}

/// <summary>The opposite of a condition: AE of B, NE of E, and so on.</summary>
internal readonly unsafe struct Not<TCondition> : ICompareCondition where TCondition : struct, ICompareCondition
{
    public static bool OfFlags(CpuState* c) => !TCondition.OfFlags(c);
    public static bool OfCompare(ulong a, ulong b) => !TCondition.OfCompare(a, b);
    public static bool OfLogic(ulong result) => !TCondition.OfLogic(result);
}

internal readonly unsafe struct ParityEven : ICondition
{
    public static bool OfFlags(CpuState* c) => LazyFlags.IsParity(c);
}

internal readonly unsafe struct ParityOdd : ICondition
{
    public static bool OfFlags(CpuState* c) => !LazyFlags.IsParity(c);
}
