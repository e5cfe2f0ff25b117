using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>BT, BTS, BTR and BTC: the chosen bit goes to CF, then changes. The other flags stay, also those that are undefined.</summary>
internal interface IBitOperation
{
    static abstract bool WritesDestination { get; }

    /// <summary>The operand with the bit in <paramref name="mask"/> changed.</summary>
    static abstract ulong Apply(ulong value, ulong mask);
}

internal readonly struct BitTest : IBitOperation
{
    public static bool WritesDestination => false;
    public static ulong Apply(ulong value, ulong mask) => value;
}

internal readonly struct BitSet : IBitOperation
{
    public static bool WritesDestination => true;
    public static ulong Apply(ulong value, ulong mask) => value | mask;
}

internal readonly struct BitReset : IBitOperation
{
    public static bool WritesDestination => true;
    public static ulong Apply(ulong value, ulong mask) => value & ~mask;
}

internal readonly struct BitComplement : IBitOperation
{
    public static bool WritesDestination => true;
    public static ulong Apply(ulong value, ulong mask) => value ^ mask;
}

/// <summary>The operand forms of bit tests.</summary>
internal static unsafe class BitShapes<TOperation, TSize> where TOperation : struct, IBitOperation where TSize : struct, IOperandSize
{
    public static void RegisterRegister(CpuState* c, Op* o)
    {
        Change(c, o, TSize.Load((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void RegisterImmediate(CpuState* c, Op* o)
    {
        Change(c, o, (ulong)o->Immediate);
        Chain.Next(c, o);
    }

    public static void MemoryImmediate<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = Locate<TMemory>(c, o, address);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Change<TMemory>(c, (byte*)address + entry->HostDelta, (ulong)o->Immediate);
        Chain.Next(c, o);
    }

    /// <summary>The register is a signed bit offset into memory: it chooses the operand as well as the bit.</summary>
    public static void MemoryRegister<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        long bit = (long)TSize.SignExtend(TSize.Load((byte*)c + o->Source));
        ulong offset = GeneralAddress.Offset(c, o) + (ulong)((bit >> BitOperations.Log2((uint)Bits)) * TSize.Bytes);
        offset = GeneralAddress.Truncate(offset, o->Scale >> Op.AddressSizeShift & 3);
        ulong address = GeneralAddress.Linear(offset, *(ulong*)((byte*)c + o->Segment));
        FastTlbEntry* entry = Locate<TMemory>(c, o, address);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Change<TMemory>(c, (byte*)address + entry->HostDelta, (ulong)bit);
        Chain.Next(c, o);
    }

    private static int Bits => 8 * TSize.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FastTlbEntry* Locate<TMemory>(CpuState* c, Op* o, ulong address) where TMemory : struct, IMemoryPolicy =>
        TOperation.WritesDestination ? TMemory.ReadWrite<TSize>(c, o, address, stack: false) : TMemory.Read<TSize>(c, o, address, stack: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Change(CpuState* c, Op* o, ulong bit)
    {
        byte* destination = (byte*)c + o->Destination;
        int index = (int)bit & (Bits - 1);
        ulong value = TSize.Load(destination);
        LazyFlags.Update(c, LazyFlags.Carry, value >> index);
        if (TOperation.WritesDestination) TSize.WriteRegister(destination, TOperation.Apply(value, 1UL << index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Change<TMemory>(CpuState* c, byte* memory, ulong bit) where TMemory : struct, IMemoryPolicy
    {
        int index = (int)bit & (Bits - 1);
        ulong value = TSize.Load(memory);
        LazyFlags.Update(c, LazyFlags.Carry, value >> index);
        if (!TOperation.WritesDestination) return;
        TSize.Store(memory, TOperation.Apply(value, 1UL << index));
        TMemory.Commit<TSize>(c);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return Operands.FormOf(instruction) switch
        {
            OperandForm.RegisterRegister => Handler.Of(&RegisterRegister),
            OperandForm.RegisterImmediate => Handler.Of(&RegisterImmediate),
            OperandForm.MemoryRegister => Handler.OfTwins(&MemoryRegister<FastMemory>, &MemoryRegister<CheckedMemory>),
            _ => Handler.OfTwins(&MemoryImmediate<FastMemory>, &MemoryImmediate<CheckedMemory>),
        };
    }
}

internal sealed class BitBinder<TOperation> : Binder where TOperation : struct, IBitOperation
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        2 => BitShapes<TOperation, Size16>.Bind(instruction, context.Op),
        4 => BitShapes<TOperation, Size32>.Bind(instruction, context.Op),
        _ => BitShapes<TOperation, Size64>.Bind(instruction, context.Op),
    };
}

internal static class BitTests
{
    public static void Register(InstructionTable table)
    {
        table.Add(new BitBinder<BitTest>(), Mnemonic.Bt);
        table.Add(new BitBinder<BitSet>(), Mnemonic.Bts);
        table.Add(new BitBinder<BitReset>(), Mnemonic.Btr);
        table.Add(new BitBinder<BitComplement>(), Mnemonic.Btc);
    }
}
