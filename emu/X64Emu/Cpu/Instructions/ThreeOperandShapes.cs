using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>
/// VEX-encoded instructions on general registers whose destination is no source. The operation's first operand is the register that VEX.vvvv
/// names, or the immediate; its second is the register or memory operand.
/// </summary>
internal static unsafe class ThreeOperandShapes<TOperation, TSize, TFlags>
    where TOperation : struct, IBinaryOperation where TSize : struct, IOperandSize where TFlags : struct, IFlagsUse
{
    public static void Register(CpuState* c, Op* o)
    {
        Finish(c, o, TSize.Load((byte*)c + o->First), TSize.Load((byte*)c + o->Source));
        Chain.Next(c, o);
    }

    public static void Immediate(CpuState* c, Op* o)
    {
        Finish(c, o, (ulong)o->Immediate, TSize.Load((byte*)c + o->Source));
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
        Finish(c, o, TSize.Load((byte*)c + o->First), TSize.Load((byte*)address + entry->HostDelta));
        Chain.Next(c, o);
    }

    public static void MemoryImmediate<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        Finish(c, o, (ulong)o->Immediate, TSize.Load((byte*)address + entry->HostDelta));
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(CpuState* c, Op* o, ulong first, ulong second) =>
        TSize.WriteRegister((byte*)c + o->Destination, TOperation.Apply<TSize, TFlags>(c, first, second));

    /// <summary>Binds an instruction whose operand 0 is the destination and whose others stand in either order.</summary>
    public static Handler Bind(in Instruction instruction, Op* o)
    {
        bool isImmediate = instruction.Op2Kind == OpKind.Immediate8;
        int variable = isImmediate || IsControlLast(instruction) ? 1 : 2;   // the register or memory operand
        o->Destination = Operands.OffsetOf(instruction.Op0Register);
        if (isImmediate) o->Immediate = instruction.Immediate8;
        else o->First = Operands.OffsetOf(instruction.GetOpRegister(3 - variable));
        if (instruction.GetOpKind(variable) == OpKind.Memory)
        {
            Operands.FillAddress(o, instruction);
            return isImmediate
                ? Handler.OfTwins(&MemoryImmediate<FastMemory>, &ThreeOperandShapes<TOperation, TSize, FlagsLive>.MemoryImmediate<CheckedMemory>)
                : Handler.OfTwins(&Memory<FastMemory>, &ThreeOperandShapes<TOperation, TSize, FlagsLive>.Memory<CheckedMemory>);
        }
        o->Source = Operands.OffsetOf(instruction.GetOpRegister(variable));
        return isImmediate ? Handler.Of(&Immediate) : Handler.Of(&Register);
    }

    private static bool IsControlLast(in Instruction instruction) => instruction.Code.ToOpCode().GetOpKind(2) is OpCodeOperandKind.r32_vvvv or OpCodeOperandKind.r64_vvvv;
}

/// <summary>Binds them; the operand size is that of the destination.</summary>
internal sealed unsafe class ThreeOperandBinder<TOperation> : Binder where TOperation : struct, IBinaryOperation
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => (Operands.SizeOf(instruction), context.FlagsDead) switch
    {
        (4, false) => ThreeOperandShapes<TOperation, Size32, FlagsLive>.Bind(instruction, context.Op),
        (4, true) => ThreeOperandShapes<TOperation, Size32, FlagsDead>.Bind(instruction, context.Op),
        (_, false) => ThreeOperandShapes<TOperation, Size64, FlagsLive>.Bind(instruction, context.Op),
        _ => ThreeOperandShapes<TOperation, Size64, FlagsDead>.Bind(instruction, context.Op),
    };
}
