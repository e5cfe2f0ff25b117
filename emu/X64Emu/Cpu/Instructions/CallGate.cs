using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions;

/// <summary>64-bit call gates (Intel SDM Vol. 3A, 5.8.3.1). Those of 32-bit protected mode, and task gates, do not exist here.</summary>
internal static unsafe class CallGate
{
    /// <summary>Checks a gate and the code segment behind it.</summary>
    /// <param name="c">The state.</param>
    /// <param name="selector">The gate's selector.</param>
    /// <param name="low">The first half of its descriptor.</param>
    /// <param name="isCall">CALL may go to an inner ring, JMP may not.</param>
    /// <param name="code">What CS gets; its RPL is the ring the code runs in.</param>
    /// <param name="target">Where the gate leads.</param>
    public static bool Check(
        CpuState* c, ushort selector, in SegmentDescriptor low, bool isCall, out SegmentRegister code, out ulong target)
    {
        code = default;
        target = 0;
        Processor processor = Processor.Of(c);
        uint gateCode = Selector.ErrorCode(selector);
        bool isGate = !low.IsCodeOrData && low.Type == SegmentDescriptor.TypeCallGate && processor.System.IsLongModeActive;
        if (!isGate)
        {
            if (!low.IsCodeOrData && !processor.System.IsLongModeActive) ProcessorLog.NoTaskSwitch(processor.Options.Logger, c->Rip);
            return Faults.GeneralProtection(c, gateCode);
        }
        if (low.Dpl < Math.Max(c->Cpl, Selector.Rpl(selector))) return Faults.GeneralProtection(c, gateCode);
        if (!low.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, gateCode);
        if (!processor.Segments.ReadSystem(selector, out SegmentDescriptor gate)) return false;
        if ((gate.High >> 40 & 0x1f) != 0) return Faults.GeneralProtection(c, gateCode);

        ushort codeSelector = gate.GateSelector;
        uint codeCode = Selector.ErrorCode(codeSelector);
        if (Selector.IsNull(codeSelector)) return Faults.GeneralProtection(c);
        if (!processor.Segments.Read(codeSelector, 0, out SegmentDescriptor descriptor)) return false;
        bool allowed = isCall || descriptor.IsConformingCode ? descriptor.Dpl <= c->Cpl : descriptor.Dpl == c->Cpl;
        if (!descriptor.IsCode || !allowed || !descriptor.IsLong) return Faults.GeneralProtection(c, codeCode);
        if (!processor.Segments.CheckCode(codeSelector, descriptor)) return false;
        int privilege = descriptor.IsConformingCode ? c->Cpl : descriptor.Dpl;
        code = descriptor.ToRegister((ushort)(codeSelector & 0xfffc | privilege));
        target = gate.GateOffset;
        return Canonical.Is(target) || Faults.GeneralProtection(c);
    }

    /// <summary>CALL through a gate: to the same ring on the same stack, or to an inner one on the task state's.</summary>
    public static bool Call(CpuState* c, ushort selector, in SegmentDescriptor low)
    {
        if (!Check(c, selector, low, isCall: true, out SegmentRegister code, out ulong target)) return false;
        Processor processor = Processor.Of(c);
        int privilege = Selector.Rpl(code.Selector);
        bool inner = privilege < c->Cpl;
        ulong stack = StackPointer.Get(c);
        if (inner && !ReadInnerStack(processor, c, privilege, out stack)) return false;

        ulong* frame = stackalloc ulong[4];
        int words = 0;
        frame[words++] = c->Rip;
        frame[words++] = processor.System.Segments[(int)SegmentName.Cs].Selector;
        if (inner)
        {
            frame[words++] = c->Gpr[4];
            frame[words++] = processor.System.Segments[(int)SegmentName.Ss].Selector;
        }
        stack -= (ulong)(words * 8);
        AccessMode mode = inner ? AccessMode.System : GuestAccess.ModeOf(c);
        if (!GuestAccess.Write(c, stack, (byte*)frame, words * 8, mode, stack: true)) return false;
        if (inner) processor.Segments.Enter(code, Segmentation.NullStack(privilege), privilege);
        else processor.Segments.EnterCode(code);
        c->Gpr[4] = stack;
        c->Rip = target;
        return true;
    }

    private static bool ReadInnerStack(Processor processor, CpuState* c, int privilege, out ulong stack)
    {
        stack = 0;
        SegmentRegister task = processor.System.TaskRegister;
        uint offset = 4 + 8 * (uint)privilege;
        if (!task.IsPresent || offset + 7 > task.Limit) return Faults.Raise(c, ExceptionVector.InvalidTss, Selector.ErrorCode(task.Selector));
        if (!SystemAccess.Read64(c, task.Base + offset, out stack)) return false;
        return Canonical.Is(stack) || Faults.Raise(c, ExceptionVector.StackFault);
    }
}
