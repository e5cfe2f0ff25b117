using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>Flags and states of the processor: CLI, STI, HLT, CLAC, STAC, INVLPG, INVPCID, WBINVD, INVD.</summary>
internal static unsafe class SystemState
{
    /// <summary>CLI. With CR4.VME and PVI not offered, IOPL alone decides.</summary>
    private readonly struct ClearInterrupts : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (c->Cpl > FlagsRegister.IoPrivilegeLevel(c)) return Faults.GeneralProtection(c);
            c->SystemFlags &= ~RFlags.Interrupt;
            return true;
        }
    }

    private readonly struct SetInterrupts : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (c->Cpl > FlagsRegister.IoPrivilegeLevel(c)) return Faults.GeneralProtection(c);
            if ((c->SystemFlags & RFlags.Interrupt) == 0) Processor.Of(c).Loop.InterruptShadow = true;
            c->SystemFlags |= RFlags.Interrupt;
            return true;
        }
    }

    private readonly struct Halt : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            Processor.Of(c).Loop.IsHalted = true;
            return true;
        }
    }

    private static bool SetAlignmentCheck(CpuState* c, ulong value)
    {
        if (c->Cpl != 0) return Faults.InvalidOpcode(c);
        c->SystemFlags = c->SystemFlags & ~RFlags.AlignmentCheck | value;
        Processor.Of(c).PrivilegeChanged();
        return true;
    }

    private readonly struct ClearAlignmentCheck : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => SetAlignmentCheck(c, 0);
    }

    private readonly struct SetAlignmentCheckFlag : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => SetAlignmentCheck(c, RFlags.AlignmentCheck);
    }

    private readonly struct InvalidatePage : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            ulong address = GeneralAddress.Of(c, o);
            if (c->CodeBits != 64) address = (uint)address;
            if (Canonical.Is(address)) Processor.Of(c).Mmu.InvalidatePage(address);   // INVLPG of another address does nothing
            return true;
        }
    }

    /// <summary>INVPCID (Intel SDM Vol. 2A): the type in a register, the context and address in a 16-byte descriptor.</summary>
    private readonly struct InvalidateContext<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            ulong type = TSize.Load((byte*)c + o->Destination), descriptor = GeneralAddress.Of(c, o);
            bool stack = (o->Scale & Op.StackReference) != 0;
            if (!GuestAccess.Read<Size64>(c, descriptor, out ulong context, stack)) return false;
            if (!GuestAccess.Read<Size64>(c, descriptor + 8, out ulong address, stack)) return false;
            bool contexts = (c->Cr4 & SystemRegisters.Cr4ProcessContexts) != 0;
            bool badContext = context >> 12 != 0 || (type <= 1 && context != 0 && !contexts);
            if (type > 3 || badContext || (type == 0 && !Canonical.Is(address))) return Faults.GeneralProtection(c);
            Processor.Of(c).Mmu.InvalidateContext((int)type, (ushort)context, address);
            return true;
        }
    }

    /// <summary>WBINVD, INVD: there are no caches to write back.</summary>
    private readonly struct InvalidateCaches : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => Privilege.RequireRing0(c);
    }

    /// <summary>Instructions that exist only in modes there are none of.</summary>
    private readonly struct NotOffered : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) => Faults.InvalidOpcode(c);
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<ClearInterrupts>(Ending.Next), Code.Cli);
        table.Add(new ComplexBinder<SetInterrupts>(Ending.Leave), Code.Sti);
        table.Add(new ComplexBinder<Halt>(Ending.Leave), Code.Hlt);
        table.Add(new ComplexBinder<ClearAlignmentCheck>(Ending.Next), Code.Clac);
        table.Add(new ComplexBinder<SetAlignmentCheckFlag>(Ending.Next), Code.Stac);
        table.Add(new ComplexBinder<InvalidatePage>(Ending.Leave), Code.Invlpg_m);
        table.Add(new ComplexBinder<InvalidateContext<Size32>>(Ending.Leave), Code.Invpcid_r32_m128);
        table.Add(new ComplexBinder<InvalidateContext<Size64>>(Ending.Leave), Code.Invpcid_r64_m128);
        table.Add(new ComplexBinder<InvalidateCaches>(Ending.Next), Code.Wbinvd, Code.Invd);
        table.Add(new ComplexBinder<NotOffered>(Ending.Leave), Code.Rsm);
    }
}
