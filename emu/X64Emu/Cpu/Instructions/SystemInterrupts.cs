using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>INT n, INT3, INT1, INTO and the interrupt returns.</summary>
internal static unsafe class SystemInterrupts
{
    /// <summary>INT n, whose vector is in Immediate.</summary>
    private readonly struct Interrupt : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) =>
            Processor.Of(c).Interrupts.ExecuteInterrupt(o, (byte)o->Immediate, EventKind.Software);
    }

    private readonly struct BreakpointTrap : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) =>
            Processor.Of(c).Interrupts.ExecuteInterrupt(o, (byte)ExceptionVector.Breakpoint, EventKind.Software);
    }

    private readonly struct DebugTrap : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) =>
            Processor.Of(c).Interrupts.ExecuteInterrupt(o, (byte)ExceptionVector.Debug, EventKind.Trap);
    }

    private readonly struct OverflowTrap : IComplexInstruction
    {
        public static bool Execute(CpuState* c, Op* o) =>
            !LazyFlags.IsOverflow(c) || Processor.Of(c).Interrupts.ExecuteInterrupt(o, (byte)ExceptionVector.Overflow, EventKind.Software);
    }

    /// <summary>IRET, IRETD, IRETQ (Intel SDM Vol. 2A, IRET).</summary>
    private readonly struct Return<TSize> : IComplexInstruction where TSize : struct, IOperandSize
    {
        public static bool Execute(CpuState* c, Op* o)
        {
            Processor processor = Processor.Of(c);
            if ((c->SystemFlags & RFlags.NestedTask) != 0)
            {
                if (!processor.System.IsLongModeActive) ProcessorLog.NoTaskSwitch(processor.Options.Logger, o->Rip);
                return Faults.GeneralProtection(c);
            }
            if (!StackPointer.Read<TSize>(c, 0, out ulong target)) return false;
            if (!StackPointer.Read<TSize>(c, TSize.Bytes, out ulong selector)) return false;
            if (!StackPointer.Read<TSize>(c, 2 * TSize.Bytes, out ulong flags)) return false;
            if (!FarReturn.CheckCode(c, (ushort)selector, out SegmentRegister code)) return false;
            int privilege = Selector.Rpl((ushort)selector);
            SegmentRegister stackSegment = processor.Segments[SegmentName.Ss];
            ulong stack = StackPointer.Get(c) + (ulong)(3 * TSize.Bytes);
            bool outer = privilege > c->Cpl, loadsStack = outer || c->CodeBits == 64;
            if (loadsStack)
            {
                if (!StackPointer.Read<TSize>(c, 3 * TSize.Bytes, out stack)) return false;
                if (!StackPointer.Read<TSize>(c, 4 * TSize.Bytes, out ulong stackSelector)) return false;
                if (!processor.Segments.CheckStack(
                    (ushort)stackSelector, privilege, FarReturn.Is64Bit(c, code), ExceptionVector.GeneralProtection, 0, out stackSegment)) return false;
            }
            if (!processor.Segments.CheckTarget(code, target)) return false;

            ulong mask = FlagsRegister.ChangeableMask(c, TSize.Bytes);
            if (TSize.Bytes > 2) mask |= RFlags.Resume;
            FlagsRegister.Write(c, flags, mask);
            if ((c->SystemFlags & RFlags.Resume) != 0) processor.DebugUnit.LoadedResumeFlag();
            processor.Interrupts.NonMaskableBlocked = false;
            FarReturn.Apply(c, code, stackSegment, privilege, target, stack);
            return true;
        }
    }

    public static void Register(InstructionTable table)
    {
        table.Add(new ComplexBinder<Interrupt>(Ending.Leave), Code.Int_imm8);
        table.Add(new ComplexBinder<BreakpointTrap>(Ending.Leave), Code.Int3);
        table.Add(new ComplexBinder<DebugTrap>(Ending.Leave), Code.Int1);
        table.Add(new ComplexBinder<OverflowTrap>(Ending.Leave), Code.Into);
        table.Add(new ComplexBinder<Return<Size16>>(Ending.Leave), Code.Iretw);
        table.Add(new ComplexBinder<Return<Size32>>(Ending.Leave), Code.Iretd);
        table.Add(new ComplexBinder<Return<Size64>>(Ending.Leave), Code.Iretq);
    }
}
