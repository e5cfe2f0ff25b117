using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>What a two-operand instruction does.</summary>
internal unsafe interface IBinaryOperation
{
    /// <summary>False for CMP and TEST, which only set flags.</summary>
    static abstract bool WritesDestination { get; }

    static abstract ulong Apply<TSize, TFlags>(CpuState* c, ulong a, ulong b) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse;
}

/// <summary>The operand forms of two-operand instructions.</summary>
internal static unsafe class BinaryShapes<TOperation, TSize, TFlags>
    where TOperation : struct, IBinaryOperation where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void RegisterRegister(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        ulong result = TOperation.Apply<TSize, TFlags>(c, TSize.Load(destination), TSize.Load((byte*)c + o->Source));
        if (TOperation.WritesDestination) TSize.WriteRegister(destination, result);
        Chain.Next(c, o);
    }

    public static void RegisterImmediate(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        ulong result = TOperation.Apply<TSize, TFlags>(c, TSize.Load(destination), (ulong)o->Immediate);
        if (TOperation.WritesDestination) TSize.WriteRegister(destination, result);
        Chain.Next(c, o);
    }

    public static void RegisterMemory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* destination = (byte*)c + o->Destination;
        ulong result = TOperation.Apply<TSize, TFlags>(c, TSize.Load(destination), TSize.Load((byte*)address + entry->HostDelta));
        if (TOperation.WritesDestination) TSize.WriteRegister(destination, result);
        Chain.Next(c, o);
    }

    public static void MemoryRegister<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = Locate<TMemory>(c, o, address);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Apply<TMemory>(c, (byte*)address + entry->HostDelta, TSize.Load((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void MemoryImmediate<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = Locate<TMemory>(c, o, address);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Apply<TMemory>(c, (byte*)address + entry->HostDelta, (ulong)o->Immediate);
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FastTlbEntry* Locate<TMemory>(CpuState* c, Op* o, ulong address) where TMemory : struct, IMemoryPolicy =>
        TOperation.WritesDestination ? TMemory.ReadWrite<TSize>(c, o, address, stack: false) : TMemory.Read<TSize>(c, o, address, stack: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<TMemory>(CpuState* c, byte* memory, ulong source) where TMemory : struct, IMemoryPolicy
    {
        ulong result = TOperation.Apply<TSize, TFlags>(c, TSize.Load(memory), source);
        if (!TOperation.WritesDestination) return;
        TSize.Store(memory, result);
        TMemory.Commit<TSize>(c);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        switch (Operands.FormOf(instruction))
        {
            case OperandForm.RegisterRegister: return Handler.Of(&RegisterRegister);
            case OperandForm.RegisterImmediate: return Handler.Of(&RegisterImmediate);
            case OperandForm.RegisterMemory: return BindRegisterMemory(o);
            case OperandForm.MemoryRegister: return BindMemoryRegister(o);
            default: return BindMemoryImmediate(o);
        }
    }

    // The checked twins set flags even where nothing reads them: a debugger may stop behind their accesses, and shows flags.
    private static Handler BindRegisterMemory(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(
            &RegisterMemory<BaseAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.RegisterMemory<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(
            &RegisterMemory<IndexedAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.RegisterMemory<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(
            &RegisterMemory<GeneralAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.RegisterMemory<GeneralAddress, CheckedMemory>),
    };

    private static Handler BindMemoryRegister(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(
            &MemoryRegister<BaseAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryRegister<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(
            &MemoryRegister<IndexedAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryRegister<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(
            &MemoryRegister<GeneralAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryRegister<GeneralAddress, CheckedMemory>),
    };

    private static Handler BindMemoryImmediate(Op* o) => Operands.AddressFormOf(o) switch
    {
        AddressForm.Base => Handler.OfTwins(
            &MemoryImmediate<BaseAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryImmediate<BaseAddress, CheckedMemory>),
        AddressForm.Indexed => Handler.OfTwins(
            &MemoryImmediate<IndexedAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryImmediate<IndexedAddress, CheckedMemory>),
        _ => Handler.OfTwins(
            &MemoryImmediate<GeneralAddress, FastMemory>, &BinaryShapes<TOperation, TSize, FlagsLive>.MemoryImmediate<GeneralAddress, CheckedMemory>),
    };
}

/// <summary>Binds two-operand instructions of all sizes.</summary>
internal sealed unsafe class BinaryBinder<TOperation> : Binder where TOperation : struct, IBinaryOperation
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => Operands.SizeOf(instruction) switch
    {
        1 => Bind<Size8>(instruction, context),
        2 => Bind<Size16>(instruction, context),
        4 => Bind<Size32>(instruction, context),
        _ => Bind<Size64>(instruction, context),
    };

    private static Handler Bind<TSize>(in Instruction instruction, in BindContext context) where TSize : struct, IOperandSize => context.FlagsDead
        ? BinaryShapes<TOperation, TSize, FlagsDead>.Bind(instruction, context.Op)
        : BinaryShapes<TOperation, TSize, FlagsLive>.Bind(instruction, context.Op);
}
