using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions.Sse;

/// <summary>What an SSE instruction does to its two operands, wherever they are.</summary>
internal unsafe interface ISseOperation
{
    /// <summary>Executes it. Returns false when it faulted: <see cref="Faults.Raise"/> was called, and the destination is as it was.</summary>
    /// <remarks>The pointers are to whole registers, or to as much memory as the instruction's memory operand has.</remarks>
    static abstract bool Execute(CpuState* c, Op* o, byte* destination, byte* source);

    /// <summary>True when <see cref="TryQuickly"/> is worth trying before <see cref="Execute"/>.</summary>
    static virtual bool HasQuickPath => false;

    /// <summary>Whether <see cref="TryQuickly"/> may be tried. Asked before operands are looked at, which keeps fewer registers busy.</summary>
    static virtual bool IsUsual(CpuState* c) => true;

    /// <summary>Executes the usual case without calls, so that the handler needs no stack frame. False when it is another one: nothing has
    /// changed.</summary>
    static virtual bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* source) => false;
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
internal static unsafe class SseLoad<TOperation, TDestination, TSource, TSize, TAlignment>
    where TOperation : struct, ISseOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public static void Register<TEffort>(CpuState* c, Op* o) where TEffort : struct, IEffort
    {
        if (TEffort.IsQuick && !TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
            return;
        }
        if (TEffort.IsQuick)
        {
            if (!TOperation.TryQuickly(c, o, TDestination.At(c, o->Destination), TSource.At(c, o->Source)))
            {
                o->SlowHandler(c, o);
                return;
            }
        }
        else if (!TOperation.Execute(c, o, TDestination.At(c, o->Destination), TSource.At(c, o->Source)))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }

    /// <summary>The source is the low quadword of a 16-byte operand in the op itself, whose upper half no operation with an immediate looks at.</summary>
    public static void Immediate(CpuState* c, Op* o)
    {
        if (!TOperation.Execute(c, o, TDestination.At(c, o->Destination), (byte*)&o->Immediate))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }

    public static void Memory<TAddress, TMemory, TEffort>(CpuState* c, Op* o)
        where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy where TEffort : struct, IEffort
    {
        if (TEffort.IsQuick && !TOperation.IsUsual(c))
        {
            o->SlowHandler(c, o);
            return;
        }
        ulong address = TAddress.Of(c, o);
        if (SseFaults.IsMisaligned<TMemory, TAlignment>(c, o, address)) return;
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!TAlignment.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        if (TEffort.IsQuick)
        {
            if (!TOperation.TryQuickly(c, o, TDestination.At(c, o->Destination), (byte*)address + entry->HostDelta))
            {
                o->SlowHandler(c, o);
                return;
            }
        }
        else if (!TOperation.Execute(c, o, TDestination.At(c, o->Destination), (byte*)address + entry->HostDelta))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        return (instruction.OpCount == 1 ? instruction.Op0Kind : instruction.Op1Kind) switch
        {
            OpKind.Register => BindRegister(o),
            OpKind.Memory => BindMemory(o),
            _ => Handler.Of(&Immediate),
        };
    }

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
internal static unsafe class SseStore<TOperation, TSource, TSize, TAlignment>
    where TOperation : struct, ISseOperation where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        if (SseFaults.IsMisaligned<TMemory, TAlignment>(c, o, address)) return;
        FastTlbEntry* entry = TMemory.Write<TSize>(c, o, address, stack: false);
        if (!TAlignment.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        TOperation.Execute(c, o, (byte*)address + entry->HostDelta, TSource.At(c, o->Source));
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

/// <summary>Binds instructions whose destination is a register, and which may do one thing with a register and another with memory.</summary>
internal sealed unsafe class SseLoadBinder<TRegister, TMemory, TDestination, TSource, TSize, TAlignment>(bool mayFault) : Binder
    where TRegister : struct, ISseOperation where TMemory : struct, ISseOperation
    where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public override ExecutionUnit Unit => ExecutionUnit.Sse;

    public override bool MayFaultWithoutMemory => mayFault;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SseOperands.Fill(context.Op, instruction);
        return instruction.Op1Kind == OpKind.Memory
            ? SseLoad<TMemory, TDestination, TSource, TSize, TAlignment>.Bind(instruction, context.Op)
            : SseLoad<TRegister, TDestination, TSource, TSize, TAlignment>.Bind(instruction, context.Op);
    }
}

/// <summary>Binds moves whose destination is memory, or a register in the same encoding.</summary>
internal sealed unsafe class SseStoreBinder<TRegister, TMemory, TDestination, TSource, TSize, TAlignment>(ExecutionUnit unit) : Binder
    where TRegister : struct, ISseOperation where TMemory : struct, ISseOperation
    where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SseOperands.Fill(context.Op, instruction);
        return instruction.Op0Kind == OpKind.Memory
            ? SseStore<TMemory, TSource, TSize, TAlignment>.Bind(context.Op)
            : SseLoad<TRegister, TDestination, TSource, TSize, TAlignment>.Bind(instruction, context.Op);
    }
}

internal static unsafe class SseFaults
{
    /// <summary>Raises #GP(0) for a misaligned operand. The fast policy leaves it to its checked twin: <see cref="Aligned16"/> misses there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMisaligned<TMemory, TAlignment>(CpuState* c, Op* o, ulong address)
        where TMemory : struct, IMemoryPolicy where TAlignment : struct, IAlignment
    {
        if (!TAlignment.IsRequired || typeof(TMemory) != typeof(CheckedMemory) || (address & 15) == 0) return false;
        Faults.GeneralProtection(c);
        Faults.Record(c, o);
        return true;
    }

    /// <summary>An unmasked floating-point exception: #XM, or #UD when the system has not said that it handles #XM.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool FloatingPoint(CpuState* c) =>
        Faults.Raise(c, (c->Cr4 & SystemRegisters.Cr4OsXmmExceptions) != 0 ? ExceptionVector.SimdFloatingPoint : ExceptionVector.InvalidOpcode);
}
