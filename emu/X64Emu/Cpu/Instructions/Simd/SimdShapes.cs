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

    /// <summary>Asked before operands are looked at. False when something pending must be reported first: <see cref="Faults.Raise"/> was called.</summary>
    static virtual bool MayStart(CpuState* c) => true;

    /// <summary>True when <see cref="TryQuickly"/> is worth trying before <see cref="Execute"/>.</summary>
    static virtual bool HasQuickPath => false;

    /// <summary>Whether <see cref="TryQuickly"/> may be tried. Asked before operands are looked at, which keeps fewer registers busy.</summary>
    static virtual bool IsUsual(CpuState* c) => true;

    /// <summary>Executes the usual case without calls, so that the handler needs no stack frame. False when it is another one: nothing has
    /// changed.</summary>
    static virtual bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) => false;
}

/// <summary>Whether a handler tries the usual case, and leaves the others to <see cref="Op.SlowHandler"/>, or does it all.</summary>
internal interface IEffort
{
    static abstract bool IsQuick { get; }
}

internal readonly struct UsualCase : IEffort
{
    public static bool IsQuick => true;
}

internal readonly struct EveryCase : IEffort
{
    public static bool IsQuick => false;
}

/// <summary>The forms whose destination is a register.</summary>
internal static unsafe class SimdLoad<TOperation, TDestination, TSource, TSize, TAlignment, TEncoding>
    where TOperation : struct, ISimdOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public static void Register<TEffort>(CpuState* c, Op* o) where TEffort : struct, IEffort
    {
        if (!TOperation.MayStart(c))
        {
            Faults.Record(c, o);
            return;
        }
        if (TEffort.IsQuick && !TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        if (TEffort.IsQuick)
        {
            if (!TOperation.TryQuickly(c, o, destination, first, TSource.At(c, o->Source)))
            {
                o->SlowHandler(c, o);
                return;
            }
        }
        else if (!TOperation.Execute(c, o, destination, first, TSource.At(c, o->Source)))
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
        if (!TOperation.MayStart(c))
        {
            Faults.Record(c, o);
            return;
        }
        byte* destination = TDestination.At(c, o->Destination), first = TEncoding.First(c, o, destination);
        TOperation.Execute(c, o, destination, first, (byte*)&o->Immediate);
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static void Memory<TAddress, TMemory, TEffort>(CpuState* c, Op* o)
        where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy where TEffort : struct, IEffort
    {
        if (!TOperation.MayStart(c))
        {
            Faults.Record(c, o);
            return;
        }
        if (TEffort.IsQuick && !TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
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
        if (TEffort.IsQuick)
        {
            if (!TOperation.TryQuickly(c, o, destination, first, (byte*)address + entry->HostDelta))
            {
                o->SlowHandler(c, o);
                return;
            }
        }
        else if (!TOperation.Execute(c, o, destination, first, (byte*)address + entry->HostDelta))
        {
            Faults.Record(c, o);
            return;
        }
        TEncoding.Complete(destination);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o) => SimdOperands.HasMemorySource(instruction) ? BindMemory(o) : BindRegister(o);

    public static Handler BindImmediate() => Handler.Of(&Immediate);

    public static Handler BindMemory(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => BindMemory<BaseAddress>(o),
        AddressForm.Indexed => BindMemory<IndexedAddress>(o),
        _ => BindMemory<GeneralAddress>(o),
    };

    private static Handler BindRegister(Op* o)
    {
        if (!TOperation.HasQuickPath) return Handler.Of(&Register<EveryCase>);
        o->SlowHandler = &Register<EveryCase>;
        return Handler.Of(&Register<UsualCase>);
    }

    private static Handler BindMemory<TAddress>(Op* o) where TAddress : struct, IAddressForm
    {
        if (!TOperation.HasQuickPath)
            return Handler.OfTwins(&Memory<TAddress, FastMemory, EveryCase>, &Memory<TAddress, CheckedMemory, EveryCase>);
        o->SlowHandler = &Memory<TAddress, FastMemory, EveryCase>;
        return Handler.OfTwins(&Memory<TAddress, FastMemory, UsualCase>, &Memory<TAddress, CheckedMemory, EveryCase>);
    }
}

/// <summary>The forms whose destination is memory.</summary>
internal static unsafe class SimdStore<TOperation, TSource, TSize, TAlignment>
    where TOperation : struct, ISimdOperation where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        if (!TOperation.MayStart(c))
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
