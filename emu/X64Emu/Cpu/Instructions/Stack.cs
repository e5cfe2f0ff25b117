using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>PUSH and POP of 64 bits, the common case. Other widths and 32-bit stacks are in OtherStack.</summary>
internal static unsafe class Stack
{
    /// <summary>Byte offset of RSP in <see cref="CpuState"/>.</summary>
    public const int Rsp = 4 * 8;

    /// <summary>Pushes a value and goes on with the op behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Push<TMemory>(CpuState* c, Op* o, ulong value) where TMemory : struct, IMemoryPolicy
    {
        ulong address = c->Gpr[4] - 8;
        FastTlbEntry* entry = TMemory.Write<Size64>(c, o, address, stack: true);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        *(ulong*)((byte*)address + entry->HostDelta) = value;
        TMemory.Commit<Size64>(c);
        c->Gpr[4] = address;
        Chain.Next(c, o);
    }

    /// <summary>Pops into a register of <see cref="CpuState"/> from an address on the stack; the value wins where that register is RSP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pop<TMemory>(CpuState* c, Op* o, ulong address, ulong* destination) where TMemory : struct, IMemoryPolicy
    {
        FastTlbEntry* entry = TMemory.Read<Size64>(c, o, address, stack: true);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        c->Gpr[4] = address + 8;
        *destination = *(ulong*)((byte*)address + entry->HostDelta);
        Chain.Next(c, o);
    }

    public static void PushRegister<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy =>
        Push<TMemory>(c, o, *(ulong*)((byte*)c + o->Destination));

    public static void PushImmediate<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy => Push<TMemory>(c, o, (ulong)o->Immediate);

    public static void PushMemory<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong source = GeneralAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<Size64>(c, o, source, stack: false);
        if (!MemoryPolicy.Hit<Size64>(entry, source))
        {
            TMemory.Miss(c, o);
            return;
        }
        Push<TMemory>(c, o, *(ulong*)((byte*)source + entry->HostDelta));
    }

    public static void PopRegister<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy =>
        Pop<TMemory>(c, o, c->Gpr[4], (ulong*)((byte*)c + o->Destination));

    /// <summary>LEAVE: RSP = RBP, then POP RBP.</summary>
    public static void Leave<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy => Pop<TMemory>(c, o, c->Gpr[5], &c->Gpr[5]);

    public static void Register(InstructionTable table)
    {
        table.Add(new StackBinder(), Code.Push_r64, Code.Pushq_imm8, Code.Pushq_imm32, Code.Push_rm64, Code.Pop_r64, Code.Leaveq);
    }

    private sealed class StackBinder : Binder
    {
        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Operands.Fill(context.Op, instruction);
            switch (instruction.Code)
            {
                case Code.Leaveq: return Handler.OfTwins(&Leave<FastMemory>, &Leave<CheckedMemory>);
                case Code.Pop_r64: return Handler.OfTwins(&PopRegister<FastMemory>, &PopRegister<CheckedMemory>);
                case Code.Pushq_imm8 or Code.Pushq_imm32: return Handler.OfTwins(&PushImmediate<FastMemory>, &PushImmediate<CheckedMemory>);
                default:
                    return instruction.Op0Kind == OpKind.Register
                        ? Handler.OfTwins(&PushRegister<FastMemory>, &PushRegister<CheckedMemory>)
                        : Handler.OfTwins(&PushMemory<FastMemory>, &PushMemory<CheckedMemory>);
            }
        }
    }
}
