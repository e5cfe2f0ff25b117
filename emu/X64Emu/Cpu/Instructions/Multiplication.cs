using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>IMUL with two operands. CF and OF tell that the product did not fit; SF, ZF, AF and PF are undefined and stay, as on AMD's
/// processors.</summary>
internal readonly unsafe struct Imul : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong result = a * b;
        if (TFlags.Live) LazyFlags.SetProduct(c, WideProduct.Overflows<TSize>(a, b));
        return result;
    }
}

/// <summary>What full products need beyond the low half.</summary>
internal static unsafe class WideProduct
{
    /// <summary>Whether the signed product needs more bits than the operands have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Overflows<TSize>(ulong a, ulong b) where TSize : struct, IOperandSize
    {
        if (TSize.Bytes == 8) return SignedHigh(a, b) != (ulong)((long)(a * b) >> 63);
        ulong product = TSize.SignExtend(a) * TSize.SignExtend(b);
        return product != TSize.SignExtend(product);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong SignedHigh(ulong a, ulong b) => (ulong)Math.BigMul((long)a, (long)b, out _);

    // BigMul's out parameter would take the tail call from a handler.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UnsignedHigh(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : PortableUnsignedHigh(a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong PortableUnsignedHigh(ulong a, ulong b) => Math.BigMul(a, b, out _);
}

/// <summary>IMUL with three operands: a register or memory times a constant.</summary>
internal static unsafe class ConstantProductShapes<TSize, TFlags> where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void Register(CpuState* c, Op* o)
    {
        TSize.WriteRegister((byte*)c + o->Destination, Imul.Apply<TSize, TFlags>(c, TSize.Load((byte*)c + o->Source), (ulong)o->Immediate));
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
        ulong value = TSize.Load((byte*)address + entry->HostDelta);
        TSize.WriteRegister((byte*)c + o->Destination, Imul.Apply<TSize, TFlags>(c, value, (ulong)o->Immediate));
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op1Kind == OpKind.Register ? Handler.Of(&Register)
            : Handler.OfTwins(&Memory<FastMemory>, &ConstantProductShapes<TSize, FlagsLive>.Memory<CheckedMemory>);
    }
}

internal sealed class ConstantProductBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static unsafe Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize => context.FlagsDead
        ? ConstantProductShapes<TSize, FlagsDead>.Bind(instruction, context.Op)
        : ConstantProductShapes<TSize, FlagsLive>.Bind(instruction, context.Op);
}

/// <summary>What an instruction with one source and the accumulator pair RDX:RAX (AX for bytes) does: MUL, IMUL, DIV, IDIV.</summary>
internal unsafe interface IAccumulatorOperation
{
    /// <summary>True when it never raises an exception.</summary>
    static abstract bool AlwaysSucceeds { get; }

    /// <summary>Executes it. False when it raised an exception and changed nothing.</summary>
    static abstract bool Apply<TSize, TFlags>(CpuState* c, ulong source) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse;
}

/// <summary>The full unsigned product; CF and OF tell that the upper half is not zero.</summary>
internal readonly unsafe struct WideMul : IAccumulatorOperation
{
    public static bool AlwaysSucceeds => true;

    public static bool Apply<TSize, TFlags>(CpuState* c, ulong source) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong a = TSize.Load((byte*)c), product = a * source;
        ulong high = TSize.Bytes == 8 ? WideProduct.UnsignedHigh(a, source) : product >> (8 * TSize.Bytes & 63);
        AccumulatorPair.Write<TSize>(c, product, high);
        if (TFlags.Live) LazyFlags.SetProduct(c, high != 0);
        return true;
    }
}

/// <summary>The full signed product; CF and OF tell that the upper half is more than the lower one's sign.</summary>
internal readonly unsafe struct WideImul : IAccumulatorOperation
{
    public static bool AlwaysSucceeds => true;

    public static bool Apply<TSize, TFlags>(CpuState* c, ulong source) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        ulong a = TSize.SignExtend(TSize.Load((byte*)c)), b = TSize.SignExtend(source), product = a * b;
        ulong high = TSize.Bytes == 8 ? WideProduct.SignedHigh(a, b) : product >> (8 * TSize.Bytes & 63);
        AccumulatorPair.Write<TSize>(c, product, high);
        if (TFlags.Live) LazyFlags.SetProduct(c, WideProduct.Overflows<TSize>(a, b));
        return true;
    }
}

/// <summary>RDX:RAX, EDX:EAX, DX:AX, or AX for byte operands.</summary>
internal static unsafe class AccumulatorPair
{
    /// <summary>Byte offset of the upper half's register in <see cref="CpuState"/>: AH for bytes, else RDX.</summary>
    public static int UpperOffset<TSize>() where TSize : struct, IOperandSize => TSize.Bytes == 1 ? 1 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TSize>(CpuState* c, ulong low, ulong high) where TSize : struct, IOperandSize
    {
        TSize.WriteRegister((byte*)c, low);
        TSize.WriteRegister((byte*)c + UpperOffset<TSize>(), high);
    }
}

/// <summary>The operand forms of accumulator operations.</summary>
internal static unsafe class AccumulatorShapes<TOperation, TSize, TFlags>
    where TOperation : struct, IAccumulatorOperation where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void Register(CpuState* c, Op* o)
    {
        if (!TOperation.Apply<TSize, TFlags>(c, TSize.Load((byte*)c + o->Destination)))
        {
            c->Current = o;
            return;
        }
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
        if (!TOperation.Apply<TSize, TFlags>(c, TSize.Load((byte*)address + entry->HostDelta)))
        {
            c->Current = o;
            return;
        }
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register ? Handler.Of(&Register)
            : Handler.OfTwins(&Memory<FastMemory>, &AccumulatorShapes<TOperation, TSize, FlagsLive>.Memory<CheckedMemory>);
    }
}

internal sealed class AccumulatorBinder<TOperation> : Binder where TOperation : struct, IAccumulatorOperation
{
    public override bool MayFaultWithoutMemory => !TOperation.AlwaysSucceeds;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => Bind<Size8>(instruction, context),
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static unsafe Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize => context.FlagsDead
        ? AccumulatorShapes<TOperation, TSize, FlagsDead>.Bind(instruction, context.Op)
        : AccumulatorShapes<TOperation, TSize, FlagsLive>.Bind(instruction, context.Op);
}

internal static class Multiplication
{
    public static void Register(InstructionTable table)
    {
        table.Add(new BinaryBinder<Imul>(), Code.Imul_r16_rm16, Code.Imul_r32_rm32, Code.Imul_r64_rm64);
        table.Add(
            new ConstantProductBinder(), Code.Imul_r16_rm16_imm8, Code.Imul_r32_rm32_imm8, Code.Imul_r64_rm64_imm8, Code.Imul_r16_rm16_imm16,
            Code.Imul_r32_rm32_imm32, Code.Imul_r64_rm64_imm32);
        table.Add(new AccumulatorBinder<WideImul>(), Code.Imul_rm8, Code.Imul_rm16, Code.Imul_rm32, Code.Imul_rm64);
        table.Add(new AccumulatorBinder<WideMul>(), Mnemonic.Mul);
    }
}
