using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>BSWAP. Its 16-bit form is undefined; processors leave zero.</summary>
internal readonly unsafe struct ByteSwap : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse =>
        TSize.Bytes == 8 ? BinaryPrimitives.ReverseEndianness(a) : TSize.Bytes == 4 ? BinaryPrimitives.ReverseEndianness((uint)a) : 0;
}

/// <summary>MOVBE: loads and stores in big-endian order.</summary>
internal static unsafe class BigEndianShapes<TSize> where TSize : struct, IOperandSize
{
    public static void Load<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        TSize.WriteRegister((byte*)c + o->Destination, Reverse(TSize.Load((byte*)address + entry->HostDelta)));
        Chain.Next(c, o);
    }

    public static void Store<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Write<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        TSize.Store((byte*)address + entry->HostDelta, Reverse(TSize.Load((byte*)c + o->Source)));
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    private static ulong Reverse(ulong value) => BinaryPrimitives.ReverseEndianness(value) >> TSize.Shift;

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register
            ? Handler.OfTwins(&Load<FastMemory>, &Load<CheckedMemory>)
            : Handler.OfTwins(&Store<FastMemory>, &Store<CheckedMemory>);
    }
}

internal sealed class BigEndianBinder : Binder
{
    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        2 => BigEndianShapes<Size16>.Bind(instruction, context.Op),
        4 => BigEndianShapes<Size32>.Bind(instruction, context.Op),
        _ => BigEndianShapes<Size64>.Bind(instruction, context.Op),
    };
}

internal static class ByteOrder
{
    public static void Register(InstructionTable table)
    {
        table.Add(new UnaryBinder<ByteSwap>(), Mnemonic.Bswap);
        table.Add(new BigEndianBinder(), Mnemonic.Movbe);
    }
}
