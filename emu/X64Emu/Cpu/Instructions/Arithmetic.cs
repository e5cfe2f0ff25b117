using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

// The two-operand and one-operand integer instructions. What each does stands here once; BinaryShapes and UnaryShapes supply operand forms
// and sizes. Operands come zero-extended or with arbitrary upper bits; results may have arbitrary upper bits.

internal readonly unsafe struct Add : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a + b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Add, result, b);
        return result;
    }
}

internal readonly unsafe struct Adc : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        bool carry = LazyFlags.IsCarry(c);
        ulong result = a + b + (carry ? 1UL : 0);
        if (TFlags.Live) LazyFlags.Set<TSize>(c, carry ? FlagsKind.AddCarry : FlagsKind.Add, result, b);
        return result;
    }
}

internal readonly unsafe struct Sub : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a - b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Sub, result, b);
        return result;
    }
}

internal readonly unsafe struct Sbb : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        bool borrow = LazyFlags.IsCarry(c);
        ulong result = a - b - (borrow ? 1UL : 0);
        if (TFlags.Live) LazyFlags.Set<TSize>(c, borrow ? FlagsKind.SubBorrow : FlagsKind.Sub, result, b);
        return result;
    }
}

internal readonly unsafe struct Cmp : IBinaryOperation
{
    public static bool WritesDestination => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        Sub.Apply<TSize, TFlags>(c, a, b);
}

internal readonly unsafe struct And : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a & b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        return result;
    }
}

internal readonly unsafe struct Test : IBinaryOperation
{
    public static bool WritesDestination => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        And.Apply<TSize, TFlags>(c, a, b);
}

internal readonly unsafe struct Or : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a | b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        return result;
    }
}

internal readonly unsafe struct Xor : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a ^ b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        return result;
    }
}

internal readonly unsafe struct Inc : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a + 1;
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.Increment, result, LazyFlags.IsCarry(c) ? LazyFlags.Carry : 0);
        return result;
    }
}

internal readonly unsafe struct Dec : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a - 1;
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.Decrement, result, LazyFlags.IsCarry(c) ? LazyFlags.Carry : 0);
        return result;
    }
}

internal readonly unsafe struct Neg : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        Sub.Apply<TSize, TFlags>(c, 0, a);
}

internal readonly unsafe struct Complement : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse => ~a;
}

internal static class Arithmetic
{
    public static void Register(InstructionTable table)
    {
        table.Add(new BinaryBinder<Add>(), Mnemonic.Add);
        table.Add(new BinaryBinder<Adc>(), Mnemonic.Adc);
        table.Add(new BinaryBinder<Sub>(), Mnemonic.Sub);
        table.Add(new BinaryBinder<Sbb>(), Mnemonic.Sbb);
        table.Add(new BinaryBinder<Cmp>(), Mnemonic.Cmp);
        table.Add(new BinaryBinder<And>(), Mnemonic.And);
        table.Add(new BinaryBinder<Test>(), Mnemonic.Test);
        table.Add(new BinaryBinder<Or>(), Mnemonic.Or);
        table.Add(new BinaryBinder<Xor>(), Mnemonic.Xor);
        table.Add(new UnaryBinder<Inc>(), Mnemonic.Inc);
        table.Add(new UnaryBinder<Dec>(), Mnemonic.Dec);
        table.Add(new UnaryBinder<Neg>(), Mnemonic.Neg);
        table.Add(new UnaryBinder<Complement>(), Mnemonic.Not);
    }
}
