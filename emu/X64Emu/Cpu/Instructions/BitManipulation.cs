using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>ANDN: the second operand without the bits of the first.</summary>
internal readonly unsafe struct Andn : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = ~a & b;
        if (TFlags.Live) LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        return result;
    }
}

/// <summary>BEXTR: a field of the second operand; the first holds its start in bits 0..7 and its length in bits 8..15. Of the undefined flags AF is set,
/// SF cleared, and PF goes by the result.</summary>
internal readonly unsafe struct Bextr : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int start = (byte)a, length = (byte)(a >> 8);
        ulong result = (start >= 64 ? 0 : b >> start) & (length >= 64 ? ulong.MaxValue : (1UL << length) - 1);
        if (TFlags.Live)
        {
            ulong parity = (BitOperations.PopCount((byte)result) & 1) == 0 ? LazyFlags.Parity : 0;
            LazyFlags.SetExplicit(c, LazyFlags.Adjust | parity | (result == 0 ? LazyFlags.Zero : 0));
        }
        return result;
    }
}

/// <summary>BZHI: clears the bits from the index on that the first operand's low byte holds. CF tells that the index is beyond the operand.</summary>
internal readonly unsafe struct Bzhi : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int index = (byte)a;
        ulong result = index >= 64 ? b : b & ((1UL << index) - 1);
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.CarryOverflow, result, index >= 8 * TSize.Bytes ? LazyFlags.Carry : 0);
        return result;
    }
}

/// <summary>BLSI: the lowest set bit alone. CF tells that there is one.</summary>
internal readonly unsafe struct Blsi : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = b & (0 - b);
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.CarryOverflow, result, b != 0 ? LazyFlags.Carry : 0);
        return result;
    }
}

/// <summary>BLSR: all but the lowest set bit. CF tells that there is none.</summary>
internal readonly unsafe struct Blsr : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = b & (b - 1);
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.CarryOverflow, result, b == 0 ? LazyFlags.Carry : 0);
        return result;
    }
}

/// <summary>BLSMSK: all bits up to the lowest set one. CF tells that there is none.</summary>
internal readonly unsafe struct Blsmsk : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = b ^ (b - 1);
        if (TFlags.Live) LazyFlags.SetRaw<TSize>(c, FlagsKind.CarryOverflow, result, b == 0 ? LazyFlags.Carry : 0);
        return result;
    }
}

/// <summary>SHLX: like SHL, without flags. The first operand is the count.</summary>
internal readonly unsafe struct Shlx : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        b << ((int)a & (8 * TSize.Bytes - 1));
}

/// <summary>SHRX.</summary>
internal readonly unsafe struct Shrx : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        b >> ((int)a & (8 * TSize.Bytes - 1));
}

/// <summary>SARX.</summary>
internal readonly unsafe struct Sarx : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        (ulong)((long)TSize.SignExtend(b) >> ((int)a & (8 * TSize.Bytes - 1)));
}

/// <summary>RORX: like ROR, without flags.</summary>
internal readonly unsafe struct Rorx : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        TSize.Bytes == 8 ? BitOperations.RotateRight(b, (int)a) : BitOperations.RotateRight((uint)b, (int)a);
}

/// <summary>PDEP: the first operand's low bits, spread over the set bits of the second.</summary>
internal readonly unsafe struct Pdep : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitDeposit(a, b) : PortableBits.Deposit(a, b);
}

/// <summary>PEXT: the first operand's bits at the set bits of the second, gathered.</summary>
internal readonly unsafe struct Pext : IBinaryOperation
{
    public static bool WritesDestination => true;

    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(a, b) : PortableBits.Extract(a, b);
}

/// <summary>For hosts without BMI2.</summary>
internal static class PortableBits
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Deposit(ulong value, ulong mask)
    {
        ulong result = 0;
        for (; mask != 0; mask &= mask - 1, value >>= 1)
        {
            if ((value & 1) != 0) result |= mask & (0 - mask);
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Extract(ulong value, ulong mask)
    {
        ulong result = 0;
        for (int bit = 0; mask != 0; mask &= mask - 1, bit++)
        {
            if ((value & mask & (0 - mask)) != 0) result |= 1UL << bit;
        }
        return result;
    }
}

/// <summary>MULX: the full product with RDX, without flags. Where both destinations are one register it gets the upper half.</summary>
internal static unsafe class WideProductShapes<TSize> where TSize : struct, IOperandSize
{
    public static void Register(CpuState* c, Op* o)
    {
        Multiply(c, o, TSize.Load((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void Memory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Multiply(c, o, TSize.Load((byte*)address + entry->HostDelta));
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(CpuState* c, Op* o, ulong source)
    {
        ulong multiplier = TSize.Load((byte*)&c->Gpr[2]), product = multiplier * source;
        ulong high = TSize.Bytes == 8 ? WideProduct.UnsignedHigh(multiplier, source) : product >> 32;
        TSize.WriteRegister((byte*)c + o->First, product);
        TSize.WriteRegister((byte*)c + o->Destination, high);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        o->Destination = Operands.OffsetOf(instruction.Op0Register);
        o->First = Operands.OffsetOf(instruction.Op1Register);
        if (instruction.Op2Kind == OpKind.Memory)
        {
            Operands.FillAddress(o, instruction);
            return Handler.OfTwins(&Memory<FastMemory>, &Memory<CheckedMemory>);
        }
        o->Source = Operands.OffsetOf(instruction.Op2Register);
        return Handler.Of(&Register);
    }
}

internal sealed class WideProductBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) == 4
        ? WideProductShapes<Size32>.Bind(instruction, context.Op)
        : WideProductShapes<Size64>.Bind(instruction, context.Op);
}

/// <summary>BMI1 and BMI2; TZCNT is with <see cref="BitCounting"/>.</summary>
internal static class BitManipulation
{
    public static void Register(InstructionTable table)
    {
        table.Add(new ThreeOperandBinder<Andn>(), [Code.VEX_Andn_r32_r32_rm32, Code.VEX_Andn_r64_r64_rm64]);
        table.Add(new ThreeOperandBinder<Bextr>(), [Code.VEX_Bextr_r32_rm32_r32, Code.VEX_Bextr_r64_rm64_r64]);
        table.Add(new ThreeOperandBinder<Bzhi>(), [Code.VEX_Bzhi_r32_rm32_r32, Code.VEX_Bzhi_r64_rm64_r64]);
        table.Add(new ThreeOperandBinder<Shlx>(), [Code.VEX_Shlx_r32_rm32_r32, Code.VEX_Shlx_r64_rm64_r64]);
        table.Add(new ThreeOperandBinder<Shrx>(), [Code.VEX_Shrx_r32_rm32_r32, Code.VEX_Shrx_r64_rm64_r64]);
        table.Add(new ThreeOperandBinder<Sarx>(), [Code.VEX_Sarx_r32_rm32_r32, Code.VEX_Sarx_r64_rm64_r64]);
        table.Add(new ThreeOperandBinder<Rorx>(), [Code.VEX_Rorx_r32_rm32_imm8, Code.VEX_Rorx_r64_rm64_imm8]);
        table.Add(new ThreeOperandBinder<Pdep>(), [Code.VEX_Pdep_r32_r32_rm32, Code.VEX_Pdep_r64_r64_rm64]);
        table.Add(new ThreeOperandBinder<Pext>(), [Code.VEX_Pext_r32_r32_rm32, Code.VEX_Pext_r64_r64_rm64]);
        table.Add(new BinaryBinder<Blsi>(), [Code.VEX_Blsi_r32_rm32, Code.VEX_Blsi_r64_rm64]);
        table.Add(new BinaryBinder<Blsr>(), [Code.VEX_Blsr_r32_rm32, Code.VEX_Blsr_r64_rm64]);
        table.Add(new BinaryBinder<Blsmsk>(), [Code.VEX_Blsmsk_r32_rm32, Code.VEX_Blsmsk_r64_rm64]);
        table.Add(new WideProductBinder(), [Code.VEX_Mulx_r32_r32_rm32, Code.VEX_Mulx_r64_r64_rm64]);
    }
}
