using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>The usual case of an instruction without memory operand.</summary>
internal unsafe interface IQuickRegisters
{
    /// <summary>False for control instructions, which leave FIP and its kin alone.</summary>
    static abstract bool RecordsPointers { get; }

    /// <summary>Executes it; false when it is another case, with nothing changed. Pointers are recorded by the shape.</summary>
    static abstract bool TryQuickly(CpuState* c, Op* o);
}

/// <summary>The usual case of an instruction with a memory operand.</summary>
internal unsafe interface IQuickMemory
{
    /// <summary>True when the operand is written, false when it is read.</summary>
    static abstract bool IsStore { get; }

    /// <summary>False for control instructions, which leave FIP and its kin alone.</summary>
    static abstract bool RecordsPointers { get; }

    /// <summary>Executes it; false when it is another case, with nothing changed. Pointers are recorded by the shape.</summary>
    static abstract bool TryQuickly(CpuState* c, Op* o, byte* memory);
}

/// <summary>Ten bytes: a number in double extended precision or in packed decimal. Only its size takes part in address checks.</summary>
internal readonly unsafe struct Size80 : IOperandSize
{
    public static int Bytes => 10;
    public static int Shift => 0;
    public static ulong Load(byte* source) => *(ulong*)source;
    public static void Store(byte* destination, ulong value) => *(ulong*)destination = value;
    public static void WriteRegister(byte* register, ulong value) => *(ulong*)register = value;
    public static ulong SignExtend(ulong value) => value;
}

/// <summary>Handlers that try the usual case and leave the others to the complete instruction.</summary>
internal static unsafe class X87Shapes<TInstruction, TQuick> where TInstruction : struct, IComplexInstruction where TQuick : struct, IQuickRegisters
{
    public static void Registers(CpuState* c, Op* o)
    {
        if (!TQuick.TryQuickly(c, o))
        {
            o->SlowHandler(c, o);
            return;
        }
        if (TQuick.RecordsPointers) X87Pointers.Record(c, o);
        Chain.Next(c, o);
    }
}

/// <summary>The same with a memory operand. A fast TLB miss, too, runs the complete instruction.</summary>
internal static unsafe class X87Shapes<TInstruction, TQuick, TSize>
    where TInstruction : struct, IComplexInstruction where TQuick : struct, IQuickMemory where TSize : struct, IOperandSize
{
    public static void Memory<TAddress>(CpuState* c, Op* o) where TAddress : struct, IAddressForm
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TQuick.IsStore ? FastMemory.Write<TSize>(c, o, address, stack: false) : FastMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            FastMemory.Miss(c, o);
            return;
        }
        if (!TQuick.TryQuickly(c, o, (byte*)address + entry->HostDelta))
        {
            o->SlowHandler(c, o);
            return;
        }
        if (TQuick.RecordsPointers) X87Pointers.RecordMemory(c, o, typeof(TAddress) == typeof(GeneralAddress) ? GeneralAddress.Offset(c, o) : address);
        Chain.Next(c, o);
    }
}

/// <summary>Binds x87 instructions that have nothing but their complete form.</summary>
internal unsafe class X87Binder<TInstruction> : Binder where TInstruction : struct, IComplexInstruction
{
    public override ExecutionUnit Unit => ExecutionUnit.X87;

    public override HandlerKind Kind => HandlerKind.Generic;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        X87Operands.Fill(context.Op, instruction, context.Block);
        return Handler.Of(&Complex<TInstruction>.Next);
    }
}

/// <summary>Binds x87 instructions without memory operand that have a usual case.</summary>
internal sealed unsafe class X87Binder<TInstruction, TQuick> : X87Binder<TInstruction>
    where TInstruction : struct, IComplexInstruction where TQuick : struct, IQuickRegisters
{
    public override HandlerKind Kind => HandlerKind.Direct;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        context.Op->SlowHandler = base.Bind(instruction, context).Pointer;
        return Handler.OfTwins(&X87Shapes<TInstruction, TQuick>.Registers, &Complex<TInstruction>.Next);
    }
}

/// <summary>Binds x87 instructions with a memory operand that have a usual case.</summary>
internal sealed unsafe class X87Binder<TInstruction, TQuick, TSize> : X87Binder<TInstruction>
    where TInstruction : struct, IComplexInstruction where TQuick : struct, IQuickMemory where TSize : struct, IOperandSize
{
    public override HandlerKind Kind => HandlerKind.Direct;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        context.Op->SlowHandler = base.Bind(instruction, context).Pointer;
        return Operands.AddressFormOf(context.Op) switch
        {
            AddressForm.Base => Handler.OfTwins(&X87Shapes<TInstruction, TQuick, TSize>.Memory<BaseAddress>, &Complex<TInstruction>.Next),
            AddressForm.Indexed => Handler.OfTwins(&X87Shapes<TInstruction, TQuick, TSize>.Memory<IndexedAddress>, &Complex<TInstruction>.Next),
            _ => Handler.OfTwins(&X87Shapes<TInstruction, TQuick, TSize>.Memory<GeneralAddress>, &Complex<TInstruction>.Next),
        };
    }
}

internal static unsafe class X87Operands
{
    /// <summary>Fills in register operands as <see cref="X87Stack"/> counts them, the memory operand, and what the pointers record.</summary>
    public static void Fill(Op* o, in Instruction instruction, BlockBuilder block)
    {
        o->Destination = o->Source = 0;
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            OpKind kind = instruction.GetOpKind(operand);
            if (kind == OpKind.Memory) Operands.FillAddress(o, instruction);
            else if (kind == OpKind.Register && operand == 0) o->Destination = OperandOf(instruction.Op0Register);
            else if (kind == OpKind.Register) o->Source = OperandOf(instruction.Op1Register);
        }
        X87Pointers.Fill(o, instruction, block);
    }

    private static byte OperandOf(Register register) => register.IsST() ? (byte)((register - Register.ST0) * X87Stack.Stride) : (byte)0;
}
