using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>BSF or BSR: the position of a set bit.</summary>
internal interface IBitScan
{
    /// <summary>The position in a value that is not 0.</summary>
    static abstract ulong Find(ulong value);
}

internal readonly struct ScanForward : IBitScan
{
    public static ulong Find(ulong value) => (ulong)BitOperations.TrailingZeroCount(value);
}

internal readonly struct ScanReverse : IBitScan
{
    public static ulong Find(ulong value) => (ulong)BitOperations.Log2(value);
}

/// <summary>BSF and BSR. A source of 0 sets ZF and leaves the whole destination alone; the other flags are undefined and stay.</summary>
internal static unsafe class ScanShapes<TScan, TSize, TFlags> where TScan : struct, IBitScan where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void Register(CpuState* c, Op* o)
    {
        Scan(c, o, TSize.Load((byte*)c + o->Source));
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
        Scan(c, o, TSize.Load((byte*)address + entry->HostDelta));
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scan(CpuState* c, Op* o, ulong value)
    {
        if (TFlags.Live) LazyFlags.Update(c, LazyFlags.Zero, value == 0 ? LazyFlags.Zero : 0);
        if (value != 0) TSize.WriteRegister((byte*)c + o->Destination, TScan.Find(value));
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op1Kind == OpKind.Register ? Handler.Of(&Register)
            : Handler.OfTwins(&Memory<FastMemory>, &ScanShapes<TScan, TSize, FlagsLive>.Memory<CheckedMemory>);
    }
}

internal sealed class ScanBinder<TScan> : Binder where TScan : struct, IBitScan
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static unsafe Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize => context.FlagsDead
        ? ScanShapes<TScan, TSize, FlagsDead>.Bind(instruction, context.Op)
        : ScanShapes<TScan, TSize, FlagsLive>.Bind(instruction, context.Op);
}

/// <summary>Which end of an operand zeros are counted from.</summary>
internal interface IZeroCount
{
    /// <summary>The number of zeros; the operand's width when there is nothing else.</summary>
    static abstract int Count<TSize>(ulong value) where TSize : struct, IOperandSize;
}

internal readonly struct TrailingZeros : IZeroCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count<TSize>(ulong value) where TSize : struct, IOperandSize =>
        TSize.Bytes == 8 ? BitOperations.TrailingZeroCount(value) : BitOperations.TrailingZeroCount(value | 1UL << (8 * TSize.Bytes & 63));
}

internal readonly struct LeadingZeros : IZeroCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count<TSize>(ulong value) where TSize : struct, IOperandSize => BitOperations.LeadingZeroCount(value) - TSize.Shift;
}

/// <summary>TZCNT and LZCNT. CF tells that the source is 0, ZF that the result is. Of the undefined flags OF stays and the others are cleared.</summary>
internal readonly unsafe struct ZeroCount<TCount> : IBinaryOperation where TCount : struct, IZeroCount
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        int count = TCount.Count<TSize>(b);
        if (TFlags.Live)
        {
            ulong overflow = LazyFlags.IsOverflow(c) ? LazyFlags.Overflow : 0;
            LazyFlags.SetExplicit(c, overflow | (b == 0 ? LazyFlags.Carry : 0) | (count == 0 ? LazyFlags.Zero : 0));
        }
        return (ulong)count;
    }
}

/// <summary>POPCNT: the number of set bits. ZF tells that there are none; the other flags are cleared.</summary>
internal readonly unsafe struct Popcnt : IBinaryOperation
{
    public static bool WritesDestination => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
    {
        if (TFlags.Live) LazyFlags.SetExplicit(c, b == 0 ? LazyFlags.Zero : 0);
        return (ulong)BitOperations.PopCount(b);
    }
}

/// <summary>CRC32: one more operand taken into a CRC-32C. The result is 32 bits wide, whatever the destination's size.</summary>
internal static unsafe class ChecksumShapes<TSource> where TSource : struct, IOperandSize
{
    public static void Register(CpuState* c, Op* o)
    {
        Accumulate(c, o, TSource.Load((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void Memory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSource>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSource>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Accumulate(c, o, TSource.Load((byte*)address + entry->HostDelta));
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Accumulate(CpuState* c, Op* o, ulong data)
    {
        byte* destination = (byte*)c + o->Destination;
        uint crc = (uint)Size32.Load(destination);
        Size32.WriteRegister(destination, TSource.Bytes switch
        {
            1 => BitOperations.Crc32C(crc, (byte)data),
            2 => BitOperations.Crc32C(crc, (ushort)data),
            4 => BitOperations.Crc32C(crc, (uint)data),
            _ => BitOperations.Crc32C(crc, data),
        });
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op1Kind == OpKind.Register ? Handler.Of(&Register) : Handler.OfTwins(&Memory<FastMemory>, &Memory<CheckedMemory>);
    }
}

internal sealed class ChecksumBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction, 1) switch
    {
        1 => ChecksumShapes<Size8>.Bind(instruction, context.Op),
        2 => ChecksumShapes<Size16>.Bind(instruction, context.Op),
        4 => ChecksumShapes<Size32>.Bind(instruction, context.Op),
        _ => ChecksumShapes<Size64>.Bind(instruction, context.Op),
    };
}

internal static class BitCounting
{
    public static void Register(InstructionTable table)
    {
        table.Add(new ScanBinder<ScanForward>(), Mnemonic.Bsf);
        table.Add(new ScanBinder<ScanReverse>(), Mnemonic.Bsr);
        table.Add(new BinaryBinder<ZeroCount<TrailingZeros>>(), Mnemonic.Tzcnt);
        table.Add(new BinaryBinder<ZeroCount<LeadingZeros>>(), Mnemonic.Lzcnt);
        table.Add(new BinaryBinder<Popcnt>(), Mnemonic.Popcnt);
        table.Add(new ChecksumBinder(), Mnemonic.Crc32);
    }
}
