using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>Where a system instruction's general operand is.</summary>
internal unsafe interface ISystemOperand
{
    /// <summary>Reads it, zero-extended; false when that faults.</summary>
    static abstract bool Read<TSize>(CpuState* c, Op* o, out ulong value) where TSize : struct, IOperandSize;

    /// <summary>Writes it; false when that faults.</summary>
    static abstract bool Write<TSize>(CpuState* c, Op* o, ulong value) where TSize : struct, IOperandSize;
}

/// <summary>The first operand, a register.</summary>
internal readonly unsafe struct DestinationRegister : ISystemOperand
{
    public static bool Read<TSize>(CpuState* c, Op* o, out ulong value) where TSize : struct, IOperandSize
    {
        value = TSize.Load((byte*)c + o->Destination);
        return true;
    }

    public static bool Write<TSize>(CpuState* c, Op* o, ulong value) where TSize : struct, IOperandSize
    {
        TSize.WriteRegister((byte*)c + o->Destination, value);
        return true;
    }
}

/// <summary>The second operand, a register.</summary>
internal readonly unsafe struct SourceRegister : ISystemOperand
{
    public static bool Read<TSize>(CpuState* c, Op* o, out ulong value) where TSize : struct, IOperandSize
    {
        value = TSize.Load((byte*)c + o->Source);
        return true;
    }

    public static bool Write<TSize>(CpuState* c, Op* o, ulong value) where TSize : struct, IOperandSize
    {
        TSize.WriteRegister((byte*)c + o->Source, value);
        return true;
    }
}

/// <summary>A memory operand, which is always 16 bits wide where a register would be wider (Intel SDM Vol. 2, SLDT and others).</summary>
internal readonly unsafe struct SelectorInMemory : ISystemOperand
{
    public static bool Read<TSize>(CpuState* c, Op* o, out ulong value) where TSize : struct, IOperandSize =>
        GuestAccess.Read<Size16>(c, GeneralAddress.Of(c, o), out value, (o->Scale & Op.StackReference) != 0);

    public static bool Write<TSize>(CpuState* c, Op* o, ulong value) where TSize : struct, IOperandSize =>
        GuestAccess.Write<Size16>(c, GeneralAddress.Of(c, o), value, (o->Scale & Op.StackReference) != 0);
}

/// <summary>Binds an instruction whose r/m operand is a register or memory: one complex instruction for each.</summary>
internal sealed unsafe class RegisterOrMemoryBinder<TRegisterForm, TMemoryForm>(Ending ending) : Binder
    where TRegisterForm : struct, IComplexInstruction where TMemoryForm : struct, IComplexInstruction
{
    private readonly ComplexBinder<TRegisterForm> registerForm = new(ending);
    private readonly ComplexBinder<TMemoryForm> memoryForm = new(ending);

    public override bool EndsBlock => ending != Ending.Next;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        bool isMemory = instruction.Op0Kind == OpKind.Memory || (instruction.OpCount > 1 && instruction.Op1Kind == OpKind.Memory);
        return isMemory ? memoryForm.Bind(instruction, context) : registerForm.Bind(instruction, context);
    }
}

/// <summary>Checks that many system instructions begin with.</summary>
internal static unsafe class Privilege
{
    /// <summary>#GP(0) outside ring 0.</summary>
    public static bool RequireRing0(CpuState* c) => c->Cpl == 0 || Faults.GeneralProtection(c);

    /// <summary>#GP(0) outside ring 0 when CR4.UMIP is set.</summary>
    public static bool AllowsUserMode(CpuState* c) =>
        c->Cpl == 0 || (c->Cr4 & SystemRegisters.Cr4Umip) == 0 || Faults.GeneralProtection(c);
}
