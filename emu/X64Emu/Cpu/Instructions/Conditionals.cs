using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>Jcc, SETcc and CMOVcc by one condition.</summary>
internal static unsafe class ConditionShapes<TCondition> where TCondition : struct, ICondition
{
    public static void Jump(CpuState* c, Op* o) => Chain.Branch(c, o, TCondition.OfFlags(c) ? o->Target : o->Next);

    public static void SetRegister(CpuState* c, Op* o)
    {
        *((byte*)c + o->Destination) = TCondition.OfFlags(c) ? (byte)1 : (byte)0;
        Chain.Next(c, o);
    }

    public static void SetMemory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Write<Size8>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<Size8>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        *((byte*)address + entry->HostDelta) = TCondition.OfFlags(c) ? (byte)1 : (byte)0;
        TMemory.Commit<Size8>(c);
        Chain.Next(c, o);
    }

    public static void MoveRegister<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        byte* destination = (byte*)c + o->Destination;
        TSize.WriteRegister(destination, TSize.Load(TCondition.OfFlags(c) ? (byte*)c + o->Source : destination));
        Chain.Next(c, o);
    }

    /// <summary>The source is read, and may fault, whatever the condition says.</summary>
    public static void MoveMemory<TSize, TMemory>(CpuState* c, Op* o) where TSize : struct, IOperandSize where TMemory : struct, IMemoryPolicy
    {
        ulong address = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* destination = (byte*)c + o->Destination;
        TSize.WriteRegister(destination, TSize.Load(TCondition.OfFlags(c) ? (byte*)address + entry->HostDelta : destination));
        Chain.Next(c, o);
    }

    public static Handler Bind(in Instruction instruction, in BindContext context)
    {
        Op* o = context.Op;
        if (instruction.FlowControl == FlowControl.ConditionalBranch)
        {
            o->Target = context.Block.Successor(&o->Target, instruction.NearBranchTarget);
            o->Next = context.Block.Successor(&o->Next, instruction.NextIP);
            return Handler.Of(&Jump);
        }
        Operands.Fill(o, instruction);
        bool isSet = instruction.OpCount == 1;
        return Operands.FormOf(instruction) switch
        {
            OperandForm.Register => Handler.Of(&SetRegister),
            OperandForm.Memory => Handler.OfTwins(&SetMemory<FastMemory>, &SetMemory<CheckedMemory>),
            _ => Operands.SizeOf(instruction) switch
            {
                2 => BindMove<Size16>(instruction),
                4 => BindMove<Size32>(instruction),
                _ => BindMove<Size64>(instruction),
            },
        };
    }

    private static Handler BindMove<TSize>(in Instruction instruction) where TSize : struct, IOperandSize => instruction.Op1Kind == OpKind.Register
        ? Handler.Of(&MoveRegister<TSize>)
        : Handler.OfTwins(&MoveMemory<TSize, FastMemory>, &MoveMemory<TSize, CheckedMemory>);
}

/// <summary>Jcc right behind the instruction that sets its flags: the condition follows from that one's operands.</summary>
internal static unsafe class CompareJumpShapes<TCondition> where TCondition : struct, ICompareCondition
{
    /// <summary>After CMP or SUB.</summary>
    public static void AfterCompare(CpuState* c, Op* o) =>
        Chain.Branch(c, o, TCondition.OfCompare(c->FlagsResult + c->FlagsSource, c->FlagsSource) ? o->Target : o->Next);

    /// <summary>After TEST, AND, OR or XOR.</summary>
    public static void AfterLogic(CpuState* c, Op* o) => Chain.Branch(c, o, TCondition.OfLogic(c->FlagsResult) ? o->Target : o->Next);

    public static void CompareRegisters<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        ulong a = TSize.Load((byte*)c + o->Destination), b = TSize.Load((byte*)c + o->Source);
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, a - b, b);
        Chain.Branch(c, o, TCondition.OfCompare(a << TSize.Shift, b << TSize.Shift) ? o->Target : o->Next);
    }

    public static void CompareImmediate<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        ulong a = TSize.Load((byte*)c + o->Destination), b = (ulong)o->Immediate;
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, a - b, b);
        Chain.Branch(c, o, TCondition.OfCompare(a << TSize.Shift, b << TSize.Shift) ? o->Target : o->Next);
    }

    public static void CompareMemoryImmediate<TSize, TAddress, TMemory>(CpuState* c, Op* o)
        where TSize : struct, IOperandSize where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        ulong a = TSize.Load((byte*)address + entry->HostDelta), b = (ulong)o->Immediate;
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, a - b, b);
        if (TMemory.StopsHalfway(c, o)) return;
        Chain.Branch(c, o, TCondition.OfCompare(a << TSize.Shift, b << TSize.Shift) ? o->Target : o->Next);
    }

    public static void TestRegisters<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        ulong result = TSize.Load((byte*)c + o->Destination) & TSize.Load((byte*)c + o->Source);
        LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        Chain.Branch(c, o, TCondition.OfLogic(result << TSize.Shift) ? o->Target : o->Next);
    }

    public static void TestImmediate<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        ulong result = TSize.Load((byte*)c + o->Destination) & (ulong)o->Immediate;
        LazyFlags.Set<TSize>(c, FlagsKind.Logic, result, 0);
        Chain.Branch(c, o, TCondition.OfLogic(result << TSize.Shift) ? o->Target : o->Next);
    }

    public static void SubtractImmediate<TSize>(CpuState* c, Op* o) where TSize : struct, IOperandSize
    {
        byte* destination = (byte*)c + o->Destination;
        ulong a = TSize.Load(destination), b = (ulong)o->Immediate;
        TSize.WriteRegister(destination, a - b);
        LazyFlags.Set<TSize>(c, FlagsKind.Sub, a - b, b);
        Chain.Branch(c, o, TCondition.OfCompare(a << TSize.Shift, b << TSize.Shift) ? o->Target : o->Next);
    }
}

/// <summary>Binds what one condition decides, with short cuts for Jcc behind a compare.</summary>
internal sealed unsafe class ConditionBinder<TCondition> : Binder where TCondition : struct, ICondition
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context) => ConditionShapes<TCondition>.Bind(instruction, context);
}

internal sealed unsafe class CompareConditionBinder<TCondition> : Binder where TCondition : struct, ICompareCondition
{
    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Handler general = ConditionShapes<TCondition>.Bind(instruction, context);
        if (instruction.FlowControl != FlowControl.ConditionalBranch) return general;
        return context.Previous.Mnemonic switch
        {
            Mnemonic.Cmp or Mnemonic.Sub => Handler.Of(&CompareJumpShapes<TCondition>.AfterCompare),
            Mnemonic.Test or Mnemonic.And or Mnemonic.Or or Mnemonic.Xor => Handler.Of(&CompareJumpShapes<TCondition>.AfterLogic),
            _ => general,
        };
    }
}

internal static class Conditionals
{
    public static void Register(InstructionTable table)
    {
        Add(table, new CompareConditionBinder<Overflow>(), Mnemonic.Jo, Mnemonic.Seto, Mnemonic.Cmovo);
        Add(table, new CompareConditionBinder<Not<Overflow>>(), Mnemonic.Jno, Mnemonic.Setno, Mnemonic.Cmovno);
        Add(table, new CompareConditionBinder<Below>(), Mnemonic.Jb, Mnemonic.Setb, Mnemonic.Cmovb);
        Add(table, new CompareConditionBinder<Not<Below>>(), Mnemonic.Jae, Mnemonic.Setae, Mnemonic.Cmovae);
        Add(table, new CompareConditionBinder<Equal>(), Mnemonic.Je, Mnemonic.Sete, Mnemonic.Cmove);
        Add(table, new CompareConditionBinder<Not<Equal>>(), Mnemonic.Jne, Mnemonic.Setne, Mnemonic.Cmovne);
        Add(table, new CompareConditionBinder<BelowOrEqual>(), Mnemonic.Jbe, Mnemonic.Setbe, Mnemonic.Cmovbe);
        Add(table, new CompareConditionBinder<Not<BelowOrEqual>>(), Mnemonic.Ja, Mnemonic.Seta, Mnemonic.Cmova);
        Add(table, new CompareConditionBinder<Sign>(), Mnemonic.Js, Mnemonic.Sets, Mnemonic.Cmovs);
        Add(table, new CompareConditionBinder<Not<Sign>>(), Mnemonic.Jns, Mnemonic.Setns, Mnemonic.Cmovns);
        Add(table, new ConditionBinder<ParityEven>(), Mnemonic.Jp, Mnemonic.Setp, Mnemonic.Cmovp);
        Add(table, new ConditionBinder<ParityOdd>(), Mnemonic.Jnp, Mnemonic.Setnp, Mnemonic.Cmovnp);
        Add(table, new CompareConditionBinder<Less>(), Mnemonic.Jl, Mnemonic.Setl, Mnemonic.Cmovl);
        Add(table, new CompareConditionBinder<Not<Less>>(), Mnemonic.Jge, Mnemonic.Setge, Mnemonic.Cmovge);
        Add(table, new CompareConditionBinder<LessOrEqual>(), Mnemonic.Jle, Mnemonic.Setle, Mnemonic.Cmovle);
        Add(table, new CompareConditionBinder<Not<LessOrEqual>>(), Mnemonic.Jg, Mnemonic.Setg, Mnemonic.Cmovg);
    }

    private static void Add(InstructionTable table, Binder binder, Mnemonic jump, Mnemonic set, Mnemonic move) => table.Add(binder, jump, set, move);
}
