using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>Near jumps, calls and returns of 64-bit mode. Other widths are in OtherControlFlow, far transfers with the system
/// instructions.</summary>
/// <remarks>A target that is not canonical raises #GP at the branch, with nothing changed, as on Zen 3 and on Intel's processors. Direct
/// branches alone are let go: only from the last 2 GiB below the hole can they reach it, and then the fetch faults there.</remarks>
internal static unsafe class ControlFlow
{
    public static void Jump(CpuState* c, Op* o) => Chain.Branch(c, o, o->Target);

    /// <summary>Goes to the op's own address: a successor in another page.</summary>
    public static void JumpToRip(CpuState* c, Op* o) => Chain.BranchTo(c, o, o->Rip);

    public static void JumpRegister(CpuState* c, Op* o) => BranchTo(c, o, *(ulong*)((byte*)c + o->Destination));

    public static void JumpMemory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong address = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<Size64>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        BranchTo(c, o, *(ulong*)((byte*)address + entry->HostDelta));
    }

    /// <summary>CALL rel32. The return address is in Immediate.</summary>
    public static void Call<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = c->Gpr[4] - 8;
        FastTlbEntry* entry = TMemory.Write<Size64>(c, o, address, stack: true);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        *(ulong*)((byte*)address + entry->HostDelta) = (ulong)o->Immediate;
        TMemory.Commit<Size64>(c);
        c->Gpr[4] = address;
        Chain.Branch(c, o, o->Target);
    }

    public static void CallRegister<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy =>
        CallTo<TMemory>(c, o, *(ulong*)((byte*)c + o->Destination));

    public static void CallMemory<TAddress, TMemory>(CpuState* c, Op* o) where TAddress : struct, IAddressForm where TMemory : struct, IMemoryPolicy
    {
        ulong source = TAddress.Of(c, o);
        FastTlbEntry* entry = TMemory.Read<Size64>(c, o, source, stack: false);
        if (!MemoryPolicy.Hit<Size64>(entry, source))
        {
            TMemory.Miss(c, o);
            return;
        }
        CallTo<TMemory>(c, o, *(ulong*)((byte*)source + entry->HostDelta));
    }

    /// <summary>Calls an address taken from a register or memory. The push's fault comes before that of a bad target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CallTo<TMemory>(CpuState* c, Op* o, ulong target) where TMemory : struct, IMemoryPolicy
    {
        ulong address = c->Gpr[4] - 8;
        FastTlbEntry* entry = TMemory.Write<Size64>(c, o, address, stack: true);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        if (!Canonical.Is(target))
        {
            Faults.RaiseBadTarget(c, o);
            return;
        }
        *(ulong*)((byte*)address + entry->HostDelta) = (ulong)o->Immediate;
        TMemory.Commit<Size64>(c);
        c->Gpr[4] = address;
        Chain.BranchTo(c, o, target);
    }

    /// <summary>RET and RET imm16, which releases that many more bytes.</summary>
    public static void Return<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        ulong address = c->Gpr[4];
        FastTlbEntry* entry = TMemory.Read<Size64>(c, o, address, stack: true);
        if (!MemoryPolicy.Hit<Size64>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        ulong target = *(ulong*)((byte*)address + entry->HostDelta);
        if (!Canonical.Is(target))
        {
            Faults.RaiseBadTarget(c, o);
            return;
        }
        c->Gpr[4] = address + 8 + (ulong)o->Immediate;
        Chain.BranchTo(c, o, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BranchTo(CpuState* c, Op* o, ulong target)
    {
        if (!Canonical.Is(target))
        {
            Faults.RaiseBadTarget(c, o);
            return;
        }
        Chain.BranchTo(c, o, target);
    }

    public static void Register(InstructionTable table)
    {
        table.Add(
            new JumpBinder(), Code.Jmp_rel8_64, Code.Jmp_rel32_64, Code.Jmp_rel8_32, Code.Jmp_rel32_32, Code.Jmp_rel8_16, Code.Jmp_rel16, Code.Jmp_rm64);
        table.Add(new CallBinder(), Code.Call_rel32_64, Code.Call_rm64, Code.Retnq, Code.Retnq_imm16);
    }

    private sealed class JumpBinder : Binder
    {
        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Op* o = context.Op;
            if (instruction.Code != Code.Jmp_rm64)
            {
                o->Target = context.Block.Successor(&o->Target, instruction.NearBranchTarget);
                return Handler.Of(&Jump);
            }
            Operands.Fill(o, instruction);
            if (instruction.Op0Kind == OpKind.Register) return Handler.Of(&JumpRegister);
            return Operands.AddressFormOf(o) switch
            {
                AddressForm.Base => Handler.OfTwins(&JumpMemory<BaseAddress, FastMemory>, &JumpMemory<BaseAddress, CheckedMemory>),
                AddressForm.Indexed => Handler.OfTwins(&JumpMemory<IndexedAddress, FastMemory>, &JumpMemory<IndexedAddress, CheckedMemory>),
                _ => Handler.OfTwins(&JumpMemory<GeneralAddress, FastMemory>, &JumpMemory<GeneralAddress, CheckedMemory>),
            };
        }
    }

    private sealed class CallBinder : Binder
    {
        public override Handler Bind(in Instruction instruction, in BindContext context)
        {
            Op* o = context.Op;
            Operands.Fill(o, instruction);
            if (instruction.Code is Code.Retnq or Code.Retnq_imm16) return Handler.OfTwins(&Return<FastMemory>, &Return<CheckedMemory>);
            o->Immediate = (long)instruction.NextIP;
            if (instruction.Code == Code.Call_rel32_64)
            {
                o->Target = context.Block.Successor(&o->Target, instruction.NearBranchTarget);
                return Handler.OfTwins(&Call<FastMemory>, &Call<CheckedMemory>);
            }
            if (instruction.Op0Kind == OpKind.Register) return Handler.OfTwins(&CallRegister<FastMemory>, &CallRegister<CheckedMemory>);
            return Operands.AddressFormOf(o) switch
            {
                AddressForm.Base => Handler.OfTwins(&CallMemory<BaseAddress, FastMemory>, &CallMemory<BaseAddress, CheckedMemory>),
                AddressForm.Indexed => Handler.OfTwins(&CallMemory<IndexedAddress, FastMemory>, &CallMemory<IndexedAddress, CheckedMemory>),
                _ => Handler.OfTwins(&CallMemory<GeneralAddress, FastMemory>, &CallMemory<GeneralAddress, CheckedMemory>),
            };
        }
    }
}
