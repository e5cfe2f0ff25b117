using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Delivers one event in 32-bit protected mode through 32-bit interrupt and trap gates, to the same or an inner privilege level
/// (Intel SDM Vol. 3A, 6.12). Task gates and 16-bit gates are refused with #GP.</summary>
internal sealed unsafe class ProtectedModeDelivery
{
    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;

    public ProtectedModeDelivery(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
    }

    /// <summary>Enters the handler; false when that faults, with nothing changed.</summary>
    public bool Deliver(in InterruptEvent happened)
    {
        uint external = happened.ExternalBit, gateCode = happened.GateErrorCode;
        uint offset = happened.Vector * 8u;
        if (offset + 7 > system.Idtr.Limit) return Faults.GeneralProtection(c, gateCode);
        if (!SystemAccess.Read64(c, system.Idtr.Base + offset, out ulong low)) return false;
        SegmentDescriptor gate = new(low);
        bool isGate = !gate.IsCodeOrData && gate.Type is SegmentDescriptor.TypeInterruptGate or SegmentDescriptor.TypeTrapGate;
        if (!isGate || (happened.Kind == EventKind.Software && gate.Dpl < c->Cpl)) return Faults.GeneralProtection(c, gateCode);
        if (!gate.IsPresent) return Faults.Raise(c, ExceptionVector.SegmentNotPresent, gateCode);

        ushort selector = gate.GateSelector;
        if (Selector.IsNull(selector)) return Faults.GeneralProtection(c, external);
        if (!processor.Segments.Read(selector, external, out SegmentDescriptor code)) return false;
        if (!code.IsCode || code.Dpl > c->Cpl) return Faults.GeneralProtection(c, Selector.ErrorCode(selector, external));
        if (!processor.Segments.CheckCode(selector, code, external)) return false;

        int privilege = code.IsConformingCode ? c->Cpl : code.Dpl;
        SegmentRegister target = code.ToRegister((ushort)(selector & 0xfffc | privilege));
        if (!processor.Segments.CheckTarget(target, gate.GateOffset, external)) return false;
        SegmentRegister stackSegment = processor.Segments[SegmentName.Ss];
        ulong stack = StackPointer.Get(c);
        bool inner = privilege < c->Cpl;
        if (inner && !ReadInnerStack(privilege, external, out stackSegment, out stack)) return false;
        if (!PushFrame(happened, stackSegment, ref stack, inner, privilege)) return false;

        c->Rip = gate.GateOffset;
        c->SystemFlags &= ~(RFlags.Trap | RFlags.NestedTask | RFlags.Resume | RFlags.Virtual8086);
        if (gate.Type == SegmentDescriptor.TypeInterruptGate) c->SystemFlags &= ~RFlags.Interrupt;
        processor.Segments.Enter(target, stackSegment, privilege);
        StackPointer.Set(c, stack);
        return true;
    }

    /// <summary>SS and ESP for an inner ring from the 32-bit task state (Intel SDM Vol. 3A, figure 7-2).</summary>
    private bool ReadInnerStack(int privilege, uint external, out SegmentRegister segment, out ulong stack)
    {
        segment = default;
        stack = 0;
        SegmentRegister task = system.TaskRegister;
        uint offset = 4 + 8 * (uint)privilege;
        if (!task.IsPresent || offset + 5 > task.Limit)
            return Faults.Raise(c, ExceptionVector.InvalidTss, Selector.ErrorCode(task.Selector, external));
        if (!SystemAccess.Read32(c, task.Base + offset, out uint pointer)) return false;
        if (!SystemAccess.Read16(c, task.Base + offset + 4, out ushort selector)) return false;
        stack = pointer;
        return processor.Segments.CheckStack(selector, privilege, into64Bit: false, ExceptionVector.InvalidTss, external, out segment);
    }

    private bool PushFrame(in InterruptEvent happened, in SegmentRegister segment, ref ulong stack, bool inner, int privilege)
    {
        uint* frame = stackalloc uint[6];
        int words = 0;
        if (happened.PushesErrorCode) frame[words++] = happened.ErrorCode;
        frame[words++] = (uint)c->Rip;
        frame[words++] = system.Segments[(int)SegmentName.Cs].Selector;
        ulong resume = happened.SetsResumeFlag ? RFlags.Resume : 0;
        frame[words++] = (uint)(FlagsRegister.Read(c) | resume);
        if (inner)
        {
            frame[words++] = (uint)StackPointer.Get(c);
            frame[words++] = system.Segments[(int)SegmentName.Ss].Selector;
        }
        stack = (uint)(stack - (ulong)(words * 4));
        if (!segment.IsDefault32) stack = (ushort)stack;
        AccessMode mode = privilege == 3 ? AccessMode.User : AccessMode.System;
        return GuestAccess.Write(c, (uint)(segment.Base + stack), (byte*)frame, words * 4, mode, stack: true);
    }
}
