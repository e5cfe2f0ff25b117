using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>What a vector instruction does to its operands, wherever they are.</summary>
internal unsafe interface ISimdOperation
{
    /// <summary>Executes it. Returns false when it faulted: <see cref="Faults.Raise"/> was called, and the destination is as it was.</summary>
    /// <remarks>The pointers are to whole registers, or to as much memory as the instruction's memory operand has; any two may be equal. What takes
    /// one source ignores the first. What computes a part of an XMM register takes the rest of its low half from the first. Stores have no first source: it is null.</remarks>
    static abstract bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source);
}

/// <summary>The forms whose destination is a register.</summary>
internal static unsafe class SimdLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>
    where TOperation : struct, ISimdOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public static void Register(CpuState* c, Op* o)
    {
        if (!RegisterFiles.MayUse<TDestination, TSource>(c))
        {
            Faults.Record(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        if (!TOperation.Execute(c, o, destination, first, TSource.At(c, o->Source)))
        {
            Faults.Record(c, o);
            return;
        }
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    /// <summary>The source is the low quadword of a 16-byte operand in the op itself, whose upper half no operation with an immediate looks at;
    /// such operations cannot fault.</summary>
    public static void Immediate(CpuState* c, Op* o)
    {
        if (!TDestination.MayUse(c))
        {
            Faults.Record(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        TOperation.Execute(c, o, destination, first, (byte*)&o->Immediate);
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        if (!TDestination.MayUse(c))
        {
            Faults.Record(c, o);
            return;
        }
        ulong address = TAddress.Of(c, o);
        if (SimdFaults.IsMisaligned<TMemory, TAlignment>(c, o, address)) return;
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!TAlignment.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        if (!TOperation.Execute(c, o, destination, first, (byte*)address + entry->HostDelta))
        {
            Faults.Record(c, o);
            return;
        }
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o) => SimdOperands.HasMemorySource(instruction) ? BindMemory(o) : Handler.Of(&Register);

    public static Handler BindImmediate() => Handler.Of(&Immediate);

    public static Handler BindMemory(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(&Memory<BaseAddress, FastMemory>, &Memory<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(&Memory<IndexedAddress, FastMemory>, &Memory<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(&Memory<GeneralAddress, FastMemory>, &Memory<GeneralAddress, CheckedMemory>),
    };
}

/// <summary>The forms whose destination is memory.</summary>
internal static unsafe class SimdStore<TOperation, TSource, TSize, TAlignment>
    where TOperation : struct, ISimdOperation where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        if (!TSource.MayUse(c))
        {
            Faults.Record(c, o);
            return;
        }
        ulong address = TAddress.Of(c, o);
        if (SimdFaults.IsMisaligned<TMemory, TAlignment>(c, o, address)) return;
        FastTlbEntry* entry = TMemory.Write<TSize>(c, o, address, stack: false);
        if (!TAlignment.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        if (!TOperation.Execute(c, o, (byte*)address + entry->HostDelta, null, TSource.At(c, o->Source)))
        {
            Faults.Record(c, o);
            return;
        }
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static Handler Bind(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(&Memory<BaseAddress, FastMemory>, &Memory<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(&Memory<IndexedAddress, FastMemory>, &Memory<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(&Memory<GeneralAddress, FastMemory>, &Memory<GeneralAddress, CheckedMemory>),
    };
}
