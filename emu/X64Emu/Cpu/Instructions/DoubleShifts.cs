using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>SHLD and SHRD: a shift that fills with the bits of a second register.</summary>
internal interface IDoubleShift
{
    /// <summary>Shifts <paramref name="a"/> by a masked count that is not 0, filling from <paramref name="b"/>; both zero-extended.</summary>
    static abstract ulong Apply<TSize>(ulong a, ulong b, int count) where TSize : struct, IOperandSize;

    /// <summary>The last bit shifted out.</summary>
    static abstract ulong Carry<TSize>(ulong a, int count) where TSize : struct, IOperandSize;

    /// <summary>OF: for counts of 1 whether the sign changed, for others what the formula gives.</summary>
    static abstract ulong Overflow<TSize>(ulong a, ulong result, int count) where TSize : struct, IOperandSize;
}

internal readonly struct Shld : IDoubleShift
{
    // 16-bit operands with counts above 16 have no defined result; processors go on with the second operand again.
    public static ulong Apply<TSize>(ulong a, ulong b, int count) where TSize : struct, IOperandSize =>
        TSize.Bytes == 2 ? (a << 32 | b << 16 | b) << count >> 32 : a << count | b >> (8 * TSize.Bytes - count);

    public static ulong Carry<TSize>(ulong a, int count) where TSize : struct, IOperandSize =>
        8 * TSize.Bytes >= count ? a >> (8 * TSize.Bytes - count) & 1 : 0;

    // What comes in from the second operand has no part in it: with 16 bits and a count from 16 on, that matters.
    public static ulong Overflow<TSize>(ulong a, ulong result, int count) where TSize : struct, IOperandSize =>
        ShiftFlags.SignOf<TSize>(a << count) ^ Carry<TSize>(a, count);
}

internal readonly struct Shrd : IDoubleShift
{
    public static ulong Apply<TSize>(ulong a, ulong b, int count) where TSize : struct, IOperandSize =>
        TSize.Bytes == 2 ? (a | b << 16 | b << 32) >> count : a >> count | b << (8 * TSize.Bytes - count);

    public static ulong Carry<TSize>(ulong a, int count) where TSize : struct, IOperandSize => a >> (count - 1) & 1;

    public static ulong Overflow<TSize>(ulong a, ulong result, int count) where TSize : struct, IOperandSize =>
        ShiftFlags.SignOf<TSize>(result ^ result << 1);
}

/// <summary>The operand forms of SHLD and SHRD.</summary>
internal static unsafe class DoubleShiftShapes<TOperation, TSize, TCount>
    where TOperation : struct, IDoubleShift where TSize : struct, IOperandSize where TCount : struct, IShiftCount
{
    public static void Register(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        TSize.WriteRegister(destination, Shift(c, TSize.Load(destination), TSize.Load((byte*)c + o->Source), TCount.Of(c, o) & CountMask));
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
        TSize.Store(memory, Shift(c, TSize.Load(memory), TSize.Load((byte*)c + o->Source), TCount.Of(c, o) & CountMask));
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    private static int CountMask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSize.Bytes == 8 ? 63 : 31;
    }

    private static ulong Shift(CpuState* c, ulong a, ulong b, int count)
    {
        if (count == 0) return a;
        ulong result = TOperation.Apply<TSize>(a, b, count), carry = TOperation.Carry<TSize>(a, count);
        ShiftFlags.Set<TSize>(c, result, carry, TOperation.Overflow<TSize>(a, result, count));
        return result;
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register ? Handler.Of(&Register) : Handler.OfTwins(&Memory<FastMemory>, &Memory<CheckedMemory>);
    }
}

internal sealed class DoubleShiftBinder<TOperation> : Binder where TOperation : struct, IDoubleShift
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static unsafe Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize =>
        instruction.Op2Kind == OpKind.Register
            ? DoubleShiftShapes<TOperation, TSize, RegisterCount>.Bind(instruction, context.Op)
            : DoubleShiftShapes<TOperation, TSize, ImmediateCount>.Bind(instruction, context.Op);
}

internal static class DoubleShifts
{
    public static void Register(InstructionTable table)
    {
        table.Add(new DoubleShiftBinder<Shld>(), Mnemonic.Shld);
        table.Add(new DoubleShiftBinder<Shrd>(), Mnemonic.Shrd);
    }
}
