using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

// With one processor every instruction is atomic, so LOCK asks for nothing more. Where it is not allowed, Iced decodes an invalid instruction.

/// <summary>What an instruction does that reads and replaces its first operand and may change its second, a register.</summary>
internal unsafe interface IExchange
{
    /// <summary>Returns the first operand's new value; the second's has been written to <paramref name="register"/> by then.</summary>
    static abstract ulong Apply<TSize>(CpuState* c, ulong value, byte* register) where TSize : struct, IOperandSize;
}

internal readonly unsafe struct Exchange : IExchange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize>(CpuState* c, ulong value, byte* register) where TSize : struct, IOperandSize
    {
        ulong other = TSize.Load(register);
        TSize.WriteRegister(register, value);
        return other;
    }
}

internal readonly unsafe struct ExchangeAndAdd : IExchange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TSize>(CpuState* c, ulong value, byte* register) where TSize : struct, IOperandSize
    {
        ulong other = TSize.Load(register);
        TSize.WriteRegister(register, value);
        return Add.Apply<TSize, FlagsLive>(c, value, other);
    }
}

/// <summary>The operand forms of exchanges.</summary>
internal static unsafe class ExchangeShapes<TOperation, TSize> where TOperation : struct, IExchange where TSize : struct, IOperandSize
{
    public static void Register(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        ulong result = TOperation.Apply<TSize>(c, TSize.Load(destination), (byte*)c + o->Source);
        TSize.WriteRegister(destination, result);
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
        TSize.Store(memory, TOperation.Apply<TSize>(c, TSize.Load(memory), (byte*)c + o->Source));
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register ? Handler.Of(&Register) : Handler.OfTwins(&Memory<FastMemory>, &Memory<CheckedMemory>);
    }
}

internal sealed class ExchangeBinder<TOperation> : Binder where TOperation : struct, IExchange
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => ExchangeShapes<TOperation, Size8>.Bind(instruction, context.Op),
        2 => ExchangeShapes<TOperation, Size16>.Bind(instruction, context.Op),
        4 => ExchangeShapes<TOperation, Size32>.Bind(instruction, context.Op),
        _ => ExchangeShapes<TOperation, Size64>.Bind(instruction, context.Op),
    };
}

/// <summary>CMPXCHG: replaces the operand when it equals the accumulator, else loads it there.</summary>
internal static unsafe class CompareExchangeShapes<TSize> where TSize : struct, IOperandSize
{
    public static void Register(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        ulong value = TSize.Load(destination), replacement = TSize.Load((byte*)c + o->Source), accumulator = TSize.Load((byte*)c);
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, accumulator - value, value);
        if (accumulator == value) TSize.WriteRegister(destination, replacement);
        else TSize.WriteRegister((byte*)c, value);
        Chain.Next(c, o);
    }

    /// <summary>Memory is written either way, with its old content when the comparison fails.</summary>
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
        ulong value = TSize.Load(memory), accumulator = TSize.Load((byte*)c);
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, accumulator - value, value);
        if (accumulator == value) TSize.Store(memory, TSize.Load((byte*)c + o->Source));
        else TSize.WriteRegister((byte*)c, value);
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        return instruction.Op0Kind == OpKind.Register ? Handler.Of(&Register) : Handler.OfTwins(&Memory<FastMemory>, &Memory<CheckedMemory>);
    }
}

internal sealed class CompareExchangeBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => CompareExchangeShapes<Size8>.Bind(instruction, context.Op),
        2 => CompareExchangeShapes<Size16>.Bind(instruction, context.Op),
        4 => CompareExchangeShapes<Size32>.Bind(instruction, context.Op),
        _ => CompareExchangeShapes<Size64>.Bind(instruction, context.Op),
    };
}

/// <summary>CMPXCHG8B and CMPXCHG16B: memory against xDX:xAX, replaced by xCX:xBX. Of the flags only ZF changes.</summary>
/// <typeparam name="THalf">Half of the operand.</typeparam>
internal readonly unsafe struct CompareExchangePair<THalf> : IComplexInstruction where THalf : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if (THalf.Bytes == 8 && (address & 15) != 0) return Faults.GeneralProtection(c);
        CheckedAccess memory = Processor.Of(c).Memory;
        byte* host = memory.Write(address, 2 * THalf.Bytes, memory.Mode, (o->Scale & Op.StackReference) != 0, keep: true);
        if (host == null)
        {
            c->Exit = ExitReason.Fault;
            return false;
        }
        ulong low = THalf.Load(host), high = THalf.Load(host + THalf.Bytes);
        bool isEqual = low == THalf.Load((byte*)&c->Gpr[0]) && high == THalf.Load((byte*)&c->Gpr[2]);
        LazyFlags.Update(c, LazyFlags.Zero, isEqual ? LazyFlags.Zero : 0);
        if (isEqual)
        {
            THalf.Store(host, c->Gpr[3]);
            THalf.Store(host + THalf.Bytes, c->Gpr[1]);
        }
        else
        {
            THalf.WriteRegister((byte*)&c->Gpr[0], low);
            THalf.WriteRegister((byte*)&c->Gpr[2], high);
        }
        memory.Commit(2 * THalf.Bytes);
        return true;
    }
}

internal static class Exchanges
{
    public static void Register(InstructionTable table)
    {
        table.Add(new ExchangeBinder<Exchange>(), Mnemonic.Xchg);
        table.Add(new ExchangeBinder<ExchangeAndAdd>(), Mnemonic.Xadd);
        table.Add(new CompareExchangeBinder(), Mnemonic.Cmpxchg);
        table.Add(new ComplexBinder<CompareExchangePair<Size32>>(Ending.Next), Mnemonic.Cmpxchg8b);
        table.Add(new ComplexBinder<CompareExchangePair<Size64>>(Ending.Next), Mnemonic.Cmpxchg16b);
    }
}
