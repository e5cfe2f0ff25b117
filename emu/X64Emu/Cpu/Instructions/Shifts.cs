using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>What a shift or rotate does (Intel SDM Vol. 2, "SAL/SAR/SHL/SHR" and "RCL/RCR/ROL/ROR").</summary>
/// <remarks>OF is defined for counts of 1 only; for others it is what the same formula gives, as on AMD's processors. So is AF = 1 for shifts.</remarks>
internal unsafe interface IShiftOperation
{
    /// <summary>Shifts <paramref name="a"/>, zero-extended, by a masked <paramref name="count"/> that is not 0.</summary>
    static abstract ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse;
}

internal readonly unsafe struct Shl : IShiftOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong allButLast = a << (count - 1), result = allButLast << 1;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.ShiftLeft, result, allButLast);
        return result;
    }
}

internal readonly unsafe struct Shr : IShiftOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong allButLast = a >> (count - 1), result = allButLast >> 1;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.ShiftRight, result, allButLast);
        return result;
    }
}

internal readonly unsafe struct Sar : IShiftOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        long allButLast = (long)TSize.SignExtend(a) >> (count - 1);
        ulong result = (ulong)(allButLast >> 1);
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.ShiftRightSigned, result, (ulong)allButLast);
        return result;
    }
}

internal readonly unsafe struct Rol : IShiftOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int turn = count & (8 * TSize.Bytes - 1);
        ulong result = a << turn | a >> (8 * TSize.Bytes - turn);
        if (TFlags.Live) ShiftFlags.SetRotated(c, result & 1, (ShiftFlags.SignOf<TSize>(result) ^ result) & 1);
        return result;
    }
}

internal readonly unsafe struct Ror : IShiftOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int turn = count & (8 * TSize.Bytes - 1);
        ulong result = a >> turn | a << (8 * TSize.Bytes - turn);
        if (TFlags.Live) ShiftFlags.SetRotated(c, ShiftFlags.SignOf<TSize>(result), ShiftFlags.SignOf<TSize>(result ^ result << 1));
        return result;
    }
}

/// <summary>Rotates through carry turn one bit more than the operand has: the count goes modulo 9 and 17 for 8 and 16 bits.</summary>
internal readonly unsafe struct Rcl : IShiftOperation
{
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int bits = 8 * TSize.Bytes, turn = count % (bits + 1);
        ulong carry = LazyFlags.IsCarry(c) ? 1UL : 0, result, out1;
        if (TSize.Bytes == 8)
        {
            // With 65 bits to turn, what comes round from the top moves in two steps: a shift by 64 would be none.
            result = a << turn | carry << (turn - 1) | a >> 1 >> (64 - turn);
            out1 = a >> (64 - turn) & 1;
        }
        else
        {
            ulong wide = carry << bits | a;
            result = wide << turn | wide >> (bits + 1 - turn);
            out1 = result >> bits & 1;
        }
        if (TFlags.Live) ShiftFlags.SetRotated(c, out1, ShiftFlags.SignOf<TSize>(result) ^ out1);
        return result;
    }
}

internal readonly unsafe struct Rcr : IShiftOperation
{
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, int count) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int bits = 8 * TSize.Bytes, turn = count % (bits + 1);
        ulong carry = LazyFlags.IsCarry(c) ? 1UL : 0, result, out1;
        if (TSize.Bytes == 8)
        {
            result = a >> turn | carry << (64 - turn) | a << 1 << (64 - turn);
            out1 = a >> (turn - 1) & 1;
        }
        else
        {
            ulong wide = carry << bits | a;
            result = wide >> turn | wide << (bits + 1 - turn);
            out1 = result >> bits & 1;
        }
        if (TFlags.Live) ShiftFlags.SetRotated(c, out1, ShiftFlags.SignOf<TSize>(result ^ result << 1));
        return result;
    }
}

/// <summary>The flags of shifts and rotates.</summary>
internal static unsafe class ShiftFlags
{
    private const int OverflowBit = 11;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SignOf<TSize>(ulong value) where TSize : struct, IOperandSize => value >> (8 * TSize.Bytes - 1) & 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<TSize>(CpuState* c, ulong result, ulong carry, ulong overflow) where TSize : struct, IOperandSize =>
        LazyFlags.SetRaw<TSize>(c, FlagsKind.CarryOverflow, result, carry | LazyFlags.Adjust | overflow << OverflowBit);

    /// <summary>Rotates change CF and OF alone.</summary>
    public static void SetRotated(CpuState* c, ulong carry, ulong overflow) =>
        LazyFlags.Update(c, LazyFlags.Carry | LazyFlags.Overflow, carry | overflow << OverflowBit);
}

/// <summary>Where the count comes from.</summary>
internal unsafe interface IShiftCount
{
    static abstract int Of(CpuState* c, Op* o);
}

internal readonly unsafe struct ImmediateCount : IShiftCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(CpuState* c, Op* o) => (int)o->Immediate;
}

internal readonly unsafe struct RegisterCount : IShiftCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(CpuState* c, Op* o) => (int)c->Gpr[1];
}

/// <summary>The operand forms of shifts and rotates. A count of 0 changes neither value nor flags; a 32-bit register is still zero-extended.</summary>
internal static unsafe class ShiftShapes<TOperation, TSize, TFlags, TCount>
    where TOperation : struct, IShiftOperation where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse where TCount : struct, IShiftCount
{
    public static void Register(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        ulong value = TSize.Load(destination);
        int count = TCount.Of(c, o) & CountMask;
        if (count != 0) value = TOperation.Apply<TSize, TFlags>(c, value, count);
        TSize.WriteRegister(destination, value);
        Chain.Next(c, o);
    }

    public static void Memory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.ReadWrite<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* memory = (byte*)address + entry->HostDelta;
        ulong value = TSize.Load(memory);
        int count = TCount.Of(c, o) & CountMask;
        if (count != 0) value = TOperation.Apply<TSize, TFlags>(c, value, count);
        TSize.Store(memory, value);
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    private static int CountMask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSize.Bytes == 8 ? 63 : 31;
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register ? Handler.Of(&Register)
            : Handler.OfTwins(&Memory<FastMemory>, &ShiftShapes<TOperation, TSize, FlagsLive, TCount>.Memory<CheckedMemory>);
    }
}

/// <summary>Binds shifts and rotates of all sizes.</summary>
internal sealed class ShiftBinder<TOperation> : Binder where TOperation : struct, IShiftOperation
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => Bind<Size8>(instruction, context),
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize => context.FlagsDead
        ? Bind<TSize, FlagsDead>(instruction, context)
        : Bind<TSize, FlagsLive>(instruction, context);

    private static unsafe Handler Bind<TSize, TFlags>(in Instruction instruction, in BindContext context)
        where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse => instruction.Op1Kind == OpKind.Register
        ? ShiftShapes<TOperation, TSize, TFlags, RegisterCount>.Bind(instruction, context.Op)
        : ShiftShapes<TOperation, TSize, TFlags, ImmediateCount>.Bind(instruction, context.Op);
}

internal static class Shifts
{
    public static void Register(InstructionTable table)
    {
        table.Add(new ShiftBinder<Shl>(), Mnemonic.Shl, Mnemonic.Sal);
        table.Add(new ShiftBinder<Shr>(), Mnemonic.Shr);
        table.Add(new ShiftBinder<Sar>(), Mnemonic.Sar);
        table.Add(new ShiftBinder<Rol>(), Mnemonic.Rol);
        table.Add(new ShiftBinder<Ror>(), Mnemonic.Ror);
        table.Add(new ShiftBinder<Rcl>(), Mnemonic.Rcl);
        table.Add(new ShiftBinder<Rcr>(), Mnemonic.Rcr);
    }
}
