using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>What an instruction with one operand, which it replaces, does.</summary>
internal unsafe interface IUnaryOperation
{
    static abstract ulong Apply<TSize, TFlags>(CpuState* c, ulong a) where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse;
}

/// <summary>The operand forms of one-operand instructions.</summary>
internal static unsafe class UnaryShapes<TOperation, TSize, TFlags>
    where TOperation : struct, IUnaryOperation where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void Register(CpuState* c, Op* o)
    {
        byte* destination = (byte*)c + o->Destination;
        TSize.WriteRegister(destination, TOperation.Apply<TSize, TFlags>(c, TSize.Load(destination)));
        Chain.Next(c, o);
    }

    public static void Memory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.ReadWrite<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* memory = (byte*)address + entry->HostDelta;
        TSize.Store(memory, TOperation.Apply<TSize, TFlags>(c, TSize.Load(memory)));
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, Op* o)
    {
        Operands.Fill(o, instruction);
        if (instruction.Op0Kind == OpKind.Register) return Handler.Of(&Register);
        return Operands.AddressFormOf(o) switch
        {
            AddressForm.Base => Handler.OfTwins(
                &Memory<BaseAddress, FastMemory>, &UnaryShapes<TOperation, TSize, FlagsLive>.Memory<BaseAddress, CheckedMemory>),
            AddressForm.Indexed => Handler.OfTwins(
                &Memory<IndexedAddress, FastMemory>, &UnaryShapes<TOperation, TSize, FlagsLive>.Memory<IndexedAddress, CheckedMemory>),
            _ => Handler.OfTwins(&Memory<GeneralAddress, FastMemory>, &UnaryShapes<TOperation, TSize, FlagsLive>.Memory<GeneralAddress, CheckedMemory>),
        };
    }
}

/// <summary>Binds one-operand instructions of all sizes.</summary>
internal sealed unsafe class UnaryBinder<TOperation> : Binder where TOperation : struct, IUnaryOperation
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
        ? UnaryShapes<TOperation, TSize, FlagsDead>.Bind(instruction, context.Op)
        : UnaryShapes<TOperation, TSize, FlagsLive>.Bind(instruction, context.Op);
}
