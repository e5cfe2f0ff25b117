using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Delivers one event through a 64-bit IDT (Intel SDM Vol. 3A, 6.14): all checks and the frame first, registers last.</summary>
internal sealed unsafe class LongModeDelivery
{
    private const int InnerStacks = 4, StackTable = 0x24;

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;

    public LongModeDelivery(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
    }

    /// <summary>Enters the handler; RIP must be what the handler returns to. False when that faults: nothing has changed then.</summary>
    public bool Deliver(in InterruptEvent happened)
    {
        uint external = happened.ExternalBit;
        if (!ReadGate(happened, out SegmentDescriptor gate)) return false;

        ushort selector = gate.GateSelector;
        uint selectorCode = Selector.ErrorCode(selector, external);
        if (Selector.IsNull(selector)) return Faults.GeneralProtection(c, external);
        if (!processor.Segments.Read(selector, external, out SegmentDescriptor code)) return false;
        if (!code.IsCode || code.Dpl > c->Cpl || !code.IsLong) return Faults.GeneralProtection(c, selectorCode);
        if (!processor.Segments.CheckCode(selector, code, external)) return false;
        if (!Canonical.Is(gate.GateOffset)) return Faults.GeneralProtection(c, external);

        int privilege = code.IsConformingCode ? c->Cpl : code.Dpl;
        ulong stack = c->StackBits == 64 ? c->Gpr[4] : StackPointer.Get(c);
        if (gate.GateStackTable != 0)
        {
            if (!ReadTaskState(StackTable + 8 * (gate.GateStackTable - 1), external, out stack)) return false;
        }
        else if (privilege < c->Cpl && !ReadTaskState(InnerStacks + 8 * privilege, external, out stack)) return false;
        if (!PushFrame(happened, ref stack, privilege)) return false;

        SegmentRegister target = code.ToRegister((ushort)(selector & 0xfffc | privilege));
        SegmentRegister stackSegment = privilege < c->Cpl ? Segmentation.NullStack(privilege) : processor.Segments[SegmentName.Ss];
        c->Gpr[4] = stack;
        c->Rip = gate.GateOffset;
        c->SystemFlags &= ~(RFlags.Trap | RFlags.NestedTask | RFlags.Resume | RFlags.Virtual8086);
        if (gate.Type == SegmentDescriptor.TypeInterruptGate) c->SystemFlags &= ~RFlags.Interrupt;
        processor.Segments.Enter(target, stackSegment, privilege);
        return true;
    }

    private bool ReadGate(in InterruptEvent happened, out SegmentDescriptor gate)
    {
        gate = default;
        uint gateCode = happened.GateErrorCode;
        uint offset = happened.Vector * 16u;
        if (offset + 15 > system.Idtr.Limit) return Faults.GeneralProtection(c, gateCode);
        if (!SystemAccess.Read64(c, system.Idtr.Base + offset, out ulong low)) return false;
        if (!SystemAccess.Read64(c, system.Idtr.Base + offset + 8, out ulong high)) return false;
        gate = new SegmentDescriptor(low, high);
        bool isGate = !gate.IsCodeOrData && gate.Type is SegmentDescriptor.TypeInterruptGate or SegmentDescriptor.TypeTrapGate;
        if (!isGate || (happened.Kind == EventKind.Software && gate.Dpl < c->Cpl)) return Faults.GeneralProtection(c, gateCode);
        return gate.IsPresent || Faults.Raise(c, ExceptionVector.SegmentNotPresent, gateCode);
    }

    /// <summary>Reads a stack pointer of the task state (Intel SDM Vol. 3A, figure 7-11).</summary>
    private bool ReadTaskState(int offset, uint external, out ulong stack)
    {
        stack = 0;
        SegmentRegister task = system.TaskRegister;
        if (!task.IsPresent || (uint)offset + 7 > task.Limit)
            return Faults.Raise(c, ExceptionVector.InvalidTss, Selector.ErrorCode(task.Selector, external));
        if (!SystemAccess.Read64(c, task.Base + (ulong)offset, out stack)) return false;
        return Canonical.Is(stack) || Faults.Raise(c, ExceptionVector.StackFault, external);
    }

    /// <summary>Writes SS, RSP, RFLAGS, CS, RIP and perhaps the error code in one access, so that a fault leaves nothing behind.</summary>
    private bool PushFrame(in InterruptEvent happened, ref ulong stack, int privilege)
    {
        ulong* frame = stackalloc ulong[6];
        int words = 0;
        if (happened.PushesErrorCode) frame[words++] = happened.ErrorCode;
        frame[words++] = c->Rip;
        frame[words++] = system.Segments[(int)SegmentName.Cs].Selector;
        frame[words++] = FlagsRegister.Read(c) | (happened.SetsResumeFlag ? RFlags.Resume : 0);
        frame[words++] = c->Gpr[4];
        frame[words++] = system.Segments[(int)SegmentName.Ss].Selector;
        stack = (stack & ~15UL) - (ulong)(words * 8);
        AccessMode mode = privilege == 3 ? AccessMode.User : AccessMode.System;
        if (GuestAccess.Write(c, stack, (byte*)frame, words * 8, mode, stack: true)) return true;
        if (c->FaultVector == (byte)ExceptionVector.StackFault) c->FaultErrorCode = happened.ExternalBit;
        return false;
    }
}
