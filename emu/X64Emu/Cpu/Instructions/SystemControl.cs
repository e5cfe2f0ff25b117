using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>MOV to and from control and debug registers, CLTS, SMSW, LMSW.</summary>
internal static unsafe class SystemControl
{
    /// <summary>Whether there is a control register of that number; CR1 and others raise #UD at any privilege level.</summary>
    private static bool Exists(int number) => number is 0 or 2 or 3 or 4 or 8;

    /// <summary>MOV CRn, r.</summary>
    private readonly struct MoveToControl<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Exists(o->Destination)) return Faults.InvalidOpcode(c);
            if (!Privilege.RequireRing0(c)) return false;
            Processor processor = Processor.Of(c);
            ulong value = TSize.Load((byte*)c + o->Source);
            switch (o->Destination)
            {
                case 0: return processor.ControlRegisters.WriteCr0(value);
                case 2:
                    processor.System.Cr2 = value;
                    return true;
                case 3: return processor.ControlRegisters.WriteCr3(value);
                case 4: return processor.ControlRegisters.WriteCr4(value);
                default: return processor.ControlRegisters.WriteCr8(value);
            }
        }
    }

    /// <summary>MOV r, CRn.</summary>
    private readonly struct MoveFromControl<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Exists(o->Source)) return Faults.InvalidOpcode(c);
            if (!Privilege.RequireRing0(c)) return false;
            Processor processor = Processor.Of(c);
            ulong value = o->Source switch
            {
                0 => c->Cr0,
                2 => processor.System.Cr2,
                3 => processor.ControlRegisters.Cr3,
                4 => c->Cr4,
                _ => processor.ControlRegisters.Cr8,
            };
            TSize.WriteRegister((byte*)c + o->Destination, value);
            return true;
        }
    }

    /// <summary>What MOV DRn checks: DR4 and DR5 exist only as aliases, while CR4.DE is clear; DR7.GD guards all.</summary>
    private static bool CheckDebugAccess(CpuState* c, int number)
    {
        if (number > 7) return Faults.InvalidOpcode(c);
        if (!Privilege.RequireRing0(c)) return false;
        if (number is 4 or 5 && (c->Cr4 & SystemRegisters.Cr4DebuggingExtensions) != 0) return Faults.InvalidOpcode(c);
        return !Processor.Of(c).DebugUnit.DetectsAccess() || Faults.Raise(c, ExceptionVector.Debug);
    }

    private readonly struct MoveToDebug<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!CheckDebugAccess(c, o->Destination)) return false;
            ulong value = TSize.Load((byte*)c + o->Source);
            if (o->Destination >= 4 && value >> 32 != 0) return Faults.GeneralProtection(c);
            Processor.Of(c).DebugUnit.Write(o->Destination, value);
            return true;
        }
    }

    private readonly struct MoveFromDebug<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!CheckDebugAccess(c, o->Source)) return false;
            TSize.WriteRegister((byte*)c + o->Destination, Processor.Of(c).DebugUnit.Read(o->Source));
            return true;
        }
    }

    private readonly struct ClearTaskSwitched : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c)) return false;
            c->Cr0 &= ~SystemRegisters.Cr0TaskSwitched;
            Processor.Of(c).ModesChanged();
            return true;
        }
    }

    private readonly struct StoreMachineStatus<TSize, TOperand> : IComplexInstruction
        where TSize : struct, IOperandSize where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o) => Privilege.AllowsUserMode(c) && TOperand.Write<TSize>(c, o, c->Cr0);
    }

    /// <summary>LMSW: PE, MP, EM and TS from the low four bits; PE can be set but not cleared.</summary>
    private readonly struct LoadMachineStatus<TOperand> : IComplexInstruction where TOperand : struct, ISystemOperand
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            if (!Privilege.RequireRing0(c) || !TOperand.Read<Size16>(c, o, out ulong value)) return false;
            ulong kept = c->Cr0 & ~0xeUL;
            return Processor.Of(c).ControlRegisters.WriteCr0(kept | value & 0xf);
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<MoveToControl<Size32>>(Ending.Leave), Code.Mov_cr_r32);
        table.Add(new ComplexBinder<MoveToControl<Size64>>(Ending.Leave), Code.Mov_cr_r64);
        table.Add(new ComplexBinder<MoveFromControl<Size32>>(Ending.Next), Code.Mov_r32_cr);
        table.Add(new ComplexBinder<MoveFromControl<Size64>>(Ending.Next), Code.Mov_r64_cr);
        table.Add(new ComplexBinder<MoveToDebug<Size32>>(Ending.Leave), Code.Mov_dr_r32);
        table.Add(new ComplexBinder<MoveToDebug<Size64>>(Ending.Leave), Code.Mov_dr_r64);
        table.Add(new ComplexBinder<MoveFromDebug<Size32>>(Ending.Next), Code.Mov_r32_dr);
        table.Add(new ComplexBinder<MoveFromDebug<Size64>>(Ending.Next), Code.Mov_r64_dr);
        table.Add(new ComplexBinder<ClearTaskSwitched>(Ending.Leave), Code.Clts);
        AddStores<Size16>(table, Code.Smsw_rm16);
        AddStores<Size32>(table, Code.Smsw_r32m16);
        AddStores<Size64>(table, Code.Smsw_r64m16);
        table.Add(
            new RegisterOrMemoryBinder<LoadMachineStatus<DestinationRegister>, LoadMachineStatus<SelectorInMemory>>(Ending.Leave),
            Code.Lmsw_rm16, Code.Lmsw_r32m16, Code.Lmsw_r64m16);
    }

    private static void AddStores<TSize>(InstructionTable table, Code code) where TSize : struct, IOperandSize => table.Add(
        new RegisterOrMemoryBinder<StoreMachineStatus<TSize, DestinationRegister>, StoreMachineStatus<Size16, SelectorInMemory>>(Ending.Next), code);
}
