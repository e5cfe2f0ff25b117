using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>The stack at any width: the pointer's from SS and mode (<see cref="CpuState.StackBits"/>), the operand's from the instruction.</summary>
internal static unsafe class StackAccess
{
    /// <summary>Cuts an offset to the stack pointer's width.</summary>
    public static ulong Truncate(CpuState* c, ulong offset) => offset & ulong.MaxValue >> (64 - c->StackBits);

    /// <summary>The linear address of an offset in the stack segment, which has a base outside 64-bit mode.</summary>
    public static ulong Linear(CpuState* c, ulong offset) =>
        c->CodeBits == 64 ? offset : (uint)(Truncate(c, offset) + c->SegmentBase[(int)SegmentName.Ss]);

    /// <summary>Writes RSP, ESP or SP.</summary>
    public static void SetPointer(CpuState* c, ulong offset)
    {
        if (c->StackBits == 64) c->Gpr[4] = offset;
        else if (c->StackBits == 32) c->Gpr[4] = (uint)offset;
        else Size16.WriteRegister((byte*)&c->Gpr[4], offset);
    }

    /// <summary>Pushes; false when the access faults, with the pointer unchanged.</summary>
    public static bool Push<TSize>(CpuState* c, ulong value) where TSize : struct, IOperandSize
    {
        ulong pointer = c->Gpr[4] - (ulong)TSize.Bytes;
        if (!GuestAccess.Write<TSize>(c, Linear(c, pointer), value, stack: true)) return false;
        SetPointer(c, pointer);
        return true;
    }

    /// <summary>Pops; false when the access faults, with the pointer unchanged.</summary>
    public static bool Pop<TSize>(CpuState* c, out ulong value) where TSize : struct, IOperandSize
    {
        if (!GuestAccess.Read<TSize>(c, Linear(c, c->Gpr[4]), out value, stack: true)) return false;
        SetPointer(c, c->Gpr[4] + (ulong)TSize.Bytes);
        return true;
    }
}

internal readonly unsafe struct PushRegister<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o) => StackAccess.Push<TSize>(c, TSize.Load((byte*)c + o->Destination));
}

internal readonly unsafe struct PushImmediate<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o) => StackAccess.Push<TSize>(c, (ulong)o->Immediate);
}

internal readonly unsafe struct PushMemory<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o) =>
        GuestAccess.Read<TSize>(c, GeneralAddress.Of(c, o), out ulong value, (o->Scale & Op.StackReference) != 0) && StackAccess.Push<TSize>(c, value);
}

internal readonly unsafe struct PopRegister<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!StackAccess.Pop<TSize>(c, out ulong value)) return false;
        TSize.WriteRegister((byte*)c + o->Destination, value);
        return true;
    }
}

/// <summary>POP to memory: an address that uses the stack pointer sees it incremented (Intel SDM Vol. 2, "POP").</summary>
internal readonly unsafe struct PopMemory<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong pointer = c->Gpr[4];
        if (!StackAccess.Pop<TSize>(c, out ulong value)) return false;
        if (GuestAccess.Write<TSize>(c, GeneralAddress.Of(c, o), value, (o->Scale & Op.StackReference) != 0)) return true;
        c->Gpr[4] = pointer;
        return false;
    }
}

/// <summary>PUSHA: all eight registers, the stack pointer with its old value.</summary>
internal readonly unsafe struct PushAll<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong pointer = c->Gpr[4];
        for (int register = 0; register < 8; register++)
        {
            if (StackAccess.Push<TSize>(c, register == 4 ? pointer : c->Gpr[register])) continue;
            c->Gpr[4] = pointer;
            return false;
        }
        return true;
    }
}

/// <summary>POPA: all registers but the stack pointer, whose image is skipped.</summary>
internal readonly unsafe struct PopAll<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong* values = stackalloc ulong[8];
        ulong pointer = c->Gpr[4];
        for (int register = 7; register >= 0; register--)
        {
            if (StackAccess.Pop<TSize>(c, out values[register])) continue;
            c->Gpr[4] = pointer;
            return false;
        }
        for (int register = 0; register < 8; register++)
        {
            if (register != 4) TSize.WriteRegister((byte*)&c->Gpr[register], values[register]);
        }
        return true;
    }
}

/// <summary>ENTER: a stack frame with room for locals and, for nested procedures, copies of the outer frames' pointers.</summary>
internal readonly unsafe struct Enter<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    /// <summary>Where the nesting level is in <see cref="Op.Immediate"/>; below it is the size of the locals.</summary>
    public const int LevelShift = 16;

    public static bool Execute(CpuState* c, Op* o)
    {
        ulong size = (ulong)TSize.Bytes, locals = (ushort)o->Immediate, oldPointer = c->Gpr[4], outer = c->Gpr[5];
        int level = (int)(o->Immediate >> LevelShift) & 31;
        bool done = StackAccess.Push<TSize>(c, outer);
        ulong frame = c->Gpr[4];
        for (int nesting = 1; done && nesting < level; nesting++)
        {
            outer -= size;
            done = GuestAccess.Read<TSize>(c, StackAccess.Linear(c, outer), out ulong pointer, stack: true) && StackAccess.Push<TSize>(c, pointer);
        }
        if (done && level > 0) done = StackAccess.Push<TSize>(c, frame);
        // What lies at the new stack pointer must be writable (Intel SDM Vol. 2A, ENTER).
        if (done) done = GuestAccess.IsWritable<TSize>(c, StackAccess.Linear(c, c->Gpr[4] - locals), stack: true);
        if (!done)
        {
            c->Gpr[4] = oldPointer;
            return false;
        }
        StackAccess.SetPointer(c, c->Gpr[4] - locals);
        TSize.WriteRegister((byte*)&c->Gpr[5], frame);
        return true;
    }
}

/// <summary>LEAVE: the stack pointer goes back to the frame, whose saved pointer is popped.</summary>
internal readonly unsafe struct LeaveFrame<TSize> : IComplexInstruction where TSize : struct, IOperandSize
{
    public static bool Execute(CpuState* c, Op* o)
    {
        if (!GuestAccess.Read<TSize>(c, StackAccess.Linear(c, c->Gpr[5]), out ulong value, stack: true)) return false;
        StackAccess.SetPointer(c, c->Gpr[5] + (ulong)TSize.Bytes);
        TSize.WriteRegister((byte*)&c->Gpr[5], value);
        return true;
    }
}

/// <summary>Binds an instruction whose operand is a register or memory to one binder for each.</summary>
internal sealed class RegisterOrMemoryBinder(Binder register, Binder memory) : Binder
{
    public override bool EndsBlock => register.EndsBlock;

    public override HandlerKind Kind => memory.Kind;

    public override Handler Bind(in Instruction instruction, in BindContext context) =>
        (instruction.Op0Kind == OpKind.Register ? register : memory).Bind(instruction, context);
}

/// <summary>Binds ENTER, the one instruction with two constants.</summary>
internal sealed class EnterBinder<TSize> : Binder where TSize : struct, IOperandSize
{
    public override HandlerKind Kind => HandlerKind.Generic;

    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        context.Op->Immediate = instruction.Immediate16 | instruction.Immediate8_2nd << Enter<TSize>.LevelShift;
        return Handler.Of(&Complex<Enter<TSize>>.Next);
    }
}

/// <summary>PUSH, POP, ENTER and LEAVE in the widths and forms that are rare in 64-bit code.</summary>
internal static class OtherStack
{
    public static void Register(InstructionTable table)
    {
        table.Add(PushBinder<Size16>(), Code.Push_r16, Code.Push_rm16);
        table.Add(PushBinder<Size32>(), Code.Push_r32, Code.Push_rm32);
        table.Add(Next<PushImmediate<Size16>>(), Code.Push_imm16, Code.Pushw_imm8);
        table.Add(Next<PushImmediate<Size32>>(), Code.Pushd_imm8, Code.Pushd_imm32);
        table.Add(PopBinder<Size16>(), Code.Pop_r16, Code.Pop_rm16);
        table.Add(PopBinder<Size32>(), Code.Pop_r32, Code.Pop_rm32);
        table.Add(PopBinder<Size64>(), Code.Pop_rm64);
        table.Add(Next<PushAll<Size16>>(), Code.Pushaw);
        table.Add(Next<PushAll<Size32>>(), Code.Pushad);
        table.Add(Next<PopAll<Size16>>(), Code.Popaw);
        table.Add(Next<PopAll<Size32>>(), Code.Popad);
        table.Add(new EnterBinder<Size16>(), Code.Enterw_imm16_imm8);
        table.Add(new EnterBinder<Size32>(), Code.Enterd_imm16_imm8);
        table.Add(new EnterBinder<Size64>(), Code.Enterq_imm16_imm8);
        table.Add(Next<LeaveFrame<Size16>>(), Code.Leavew);
        table.Add(Next<LeaveFrame<Size32>>(), Code.Leaved);
    }

    private static ComplexBinder<TInstruction> Next<TInstruction>() where TInstruction : struct, IComplexInstruction => new(Ending.Next);

    private static RegisterOrMemoryBinder PushBinder<TSize>() where TSize : struct, IOperandSize =>
        new(Next<PushRegister<TSize>>(), Next<PushMemory<TSize>>());

    private static RegisterOrMemoryBinder PopBinder<TSize>() where TSize : struct, IOperandSize =>
        new(Next<PopRegister<TSize>>(), Next<PopMemory<TSize>>());
}
