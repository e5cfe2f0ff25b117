using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>JMP through a register or memory in 16 and 32-bit code.</summary>
internal readonly unsafe struct JumpRegister<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        c->Rip = TSize.Load((byte*)c + o->Destination);
        return true;
    }
}

internal readonly unsafe struct JumpMemory<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!GuestAccess.Read<TSize>(c, GeneralAddress.Of(c, o), out ulong target, (o->Scale & Op.StackReference) != 0)) return false;
        c->Rip = target;
        return true;
    }
}

/// <summary>CALL in 16 and 32-bit code; a direct one has its target in Immediate.</summary>
internal readonly unsafe struct CallDirect<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!StackAccess.Push<TSize>(c, c->Rip)) return false;
        c->Rip = (ulong)o->Immediate;
        return true;
    }
}

internal readonly unsafe struct CallRegister<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong target = TSize.Load((byte*)c + o->Destination);
        if (!StackAccess.Push<TSize>(c, c->Rip)) return false;
        c->Rip = target;
        return true;
    }
}

internal readonly unsafe struct CallMemory<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        bool stack = (o->Scale & Op.StackReference) != 0;
        if (!GuestAccess.Read<TSize>(c, GeneralAddress.Of(c, o), out ulong target, stack) || !StackAccess.Push<TSize>(c, c->Rip)) return false;
        c->Rip = target;
        return true;
    }
}

/// <summary>RET in 16 and 32-bit code; Immediate holds how many more bytes are released.</summary>
internal readonly unsafe struct NearReturn<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!StackAccess.Pop<TSize>(c, out ulong target)) return false;
        StackAccess.SetPointer(c, c->Gpr[4] + (ulong)o->Immediate);
        c->Rip = target;
        return true;
    }
}

internal readonly unsafe struct Always : ICondition
{
    public static bool OfFlags(CpuState* c) => true;
}

/// <summary>LOOP, LOOPE and LOOPNE, and JCXZ, JECXZ and JRCXZ: branches on the count register, as wide as addresses are.</summary>
internal static unsafe class CountShapes<TCount> where TCount : struct, IOperandSize
{
    public static void Loop<TCondition>(CpuState* c, Op* o) where TCondition : struct, ICondition
    {
        byte* counter = (byte*)c + 8;
        TCount.WriteRegister(counter, TCount.Load(counter) - 1);
        Chain.Branch(c, o, TCount.Load(counter) != 0 && TCondition.OfFlags(c) ? o->Target : o->Next);
    }

    public static void JumpIfZero(CpuState* c, Op* o) => Chain.Branch(c, o, TCount.Load((byte*)c + 8) == 0 ? o->Target : o->Next);

    public static Handler Bind(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Loop => Handler.Of(&Loop<Always>),
        Mnemonic.Loope => Handler.Of(&Loop<Equal>),
        Mnemonic.Loopne => Handler.Of(&Loop<Not<Equal>>),
        _ => Handler.Of(&JumpIfZero),
    };
}

internal sealed class CountBinder : Binder
{
    public override bool MayFaultWithoutMemory => false;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        Op* o = context.Op;
        o->Target = context.Block.Successor(&o->Target, instruction.NearBranchTarget);
        o->Next = context.Block.Successor(&o->Next, instruction.NextIP);
        return instruction.Code.ToOpCode().AddressSize switch
        {
            16 => CountShapes<Size16>.Bind(MeaningOf(instruction)),
            32 => CountShapes<Size32>.Bind(MeaningOf(instruction)),
            _ => CountShapes<Size64>.Bind(MeaningOf(instruction)),
        };
    }

    /// <summary>On AMD's processors a repeat prefix, which manuals reserve here, says whether LOOPE and LOOPNE go on while equal or while different.</summary>
    private static Mnemonic MeaningOf(in Instruction instruction)
    {
        if (instruction.Mnemonic is not (Mnemonic.Loope or Mnemonic.Loopne)) return instruction.Mnemonic;
        return instruction.HasRepPrefix ? Mnemonic.Loope : instruction.HasRepnePrefix ? Mnemonic.Loopne : instruction.Mnemonic;
    }
}

internal sealed class DirectCallBinder<TSize> : Binder where TSize : struct, IOperandSize
{
    public override HandlerKind Kind => HandlerKind.Generic;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        context.Op->Immediate = (long)instruction.NearBranchTarget;
        return Handler.Of(&Complex<CallDirect<TSize>>.Jump);
    }
}

/// <summary>Near transfers outside 64-bit mode, and the branches that count in RCX.</summary>
internal static class OtherControlFlow
{
    public static void Register(InstructionTable table)
    {
        table.Add(new CountBinder(), Mnemonic.Loop, Mnemonic.Loope, Mnemonic.Loopne, Mnemonic.Jcxz, Mnemonic.Jecxz, Mnemonic.Jrcxz);
        table.Add(new DirectCallBinder<Size16>(), Code.Call_rel16);
        table.Add(new DirectCallBinder<Size32>(), Code.Call_rel32_32);
        table.Add(new RegisterOrMemoryBinder(Jump<CallRegister<Size16>>(), Jump<CallMemory<Size16>>()), Code.Call_rm16);
        table.Add(new RegisterOrMemoryBinder(Jump<CallRegister<Size32>>(), Jump<CallMemory<Size32>>()), Code.Call_rm32);
        table.Add(new RegisterOrMemoryBinder(Jump<JumpRegister<Size16>>(), Jump<JumpMemory<Size16>>()), Code.Jmp_rm16);
        table.Add(new RegisterOrMemoryBinder(Jump<JumpRegister<Size32>>(), Jump<JumpMemory<Size32>>()), Code.Jmp_rm32);
        table.Add(Jump<NearReturn<Size16>>(), Code.Retnw, Code.Retnw_imm16);
        table.Add(Jump<NearReturn<Size32>>(), Code.Retnd, Code.Retnd_imm16);
    }

    private static ComplexBinder<TInstruction> Jump<TInstruction>() where TInstruction : struct, IComplexInstruction => new(Ending.Jump);
}
