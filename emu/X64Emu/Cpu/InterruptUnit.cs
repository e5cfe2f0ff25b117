using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Takes exceptions and interrupts to the guest: decides what is delivered when, turns faults on the way into double and triple
/// faults (Intel SDM Vol. 3A, 6.15, interrupt 8), and asks the exception hook first.</summary>
internal sealed unsafe class InterruptUnit
{
    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly SystemRegisters system;
    private readonly LongModeDelivery longMode;
    private readonly ProtectedModeDelivery protectedMode;
    private bool requestLevel, nonMaskableLevel, nonMaskablePending;

    public InterruptUnit(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        system = processor.System;
        longMode = new LongModeDelivery(processor);
        protectedMode = new ProtectedModeDelivery(processor);
        InterruptRequest = new CallbackLine(SetRequest);
        NonMaskableInterrupt = new CallbackLine(SetNonMaskable);
    }

    /// <summary>INTR.</summary>
    public IInterruptLine InterruptRequest { get; }

    /// <summary>NMI, which counts rising edges.</summary>
    public IInterruptLine NonMaskableInterrupt { get; }

    /// <summary>Set while an NMI handler runs: further NMIs wait for IRET (Intel SDM Vol. 3A, 6.7.1).</summary>
    public bool NonMaskableBlocked { get; set; }

    /// <summary>Whether an interrupt could wake a halted processor: NMI always may, others when IF is set.</summary>
    public bool MayWake => (c->SystemFlags & RFlags.Interrupt) != 0 || (nonMaskablePending && !NonMaskableBlocked);

    /// <summary>Delivers what is pending and allowed now: NMI, then external interrupts.</summary>
    public void TakePending()
    {
        if (nonMaskablePending && !NonMaskableBlocked)
        {
            nonMaskablePending = false;
            NonMaskableBlocked = true;
            DeliverExternal((byte)ExceptionVector.NonMaskableInterrupt);
            return;
        }
        if (!requestLevel || (c->SystemFlags & RFlags.Interrupt) == 0) return;
        int vector = processor.InterruptController?.AcknowledgeInterrupt() ?? -1;
        if (vector >= 0) DeliverExternal((byte)vector);
    }

    /// <summary>Delivers the fault recorded in the state; RIP is the faulting instruction's.</summary>
    public void DeliverFault() => DeliverException(RecordedFault());

    /// <summary>Delivers a #DB behind an instruction; RIP is the next one's. DR6 holds the reasons already.</summary>
    public void DeliverDebugTrap() => DeliverException(WithResumeFlag(new((byte)ExceptionVector.Debug, EventKind.Trap)));

    /// <summary>Executes INT n, INT3, INT1 or INTO; RIP is behind the instruction. False when it faults or the hook stops in front of it.</summary>
    /// <param name="o">The instruction.</param>
    /// <param name="vector">0..255.</param>
    /// <param name="kind"><see cref="EventKind.Software"/>, or <see cref="EventKind.Trap"/> for INT1, which checks no DPL.</param>
    public bool ExecuteInterrupt(Op* o, byte vector, EventKind kind)
    {
        InterruptEvent happened = new(vector, kind);
        switch (AskHook(happened, o->Rip))
        {
            case HookResult.Handled:
                return true;
            case HookResult.Stop:
                processor.Loop.PendingStop = StopReason.Exception;
                c->Current = o;
                c->Exit = ExitReason.Suspended;   // not executed: RIP goes back to it
                return false;
        }
        if (!DeliverOnce(happened)) return false;
        processor.DebugUnit.SuppressStepTrap();
        Count(happened);
        return true;
    }

    private void DeliverExternal(byte vector)
    {
        processor.Loop.IsHalted = false;
        processor.Counters.Interrupts++;
        processor.Counters.FetchLookups++;
        Deliver(WithResumeFlag(new(vector, EventKind.External)));
    }

    private InterruptEvent WithResumeFlag(in InterruptEvent happened) => happened with { IsBetweenSteps = processor.Loop.IsBetweenSteps };

    private void DeliverException(in InterruptEvent happened)
    {
        processor.Counters.FetchLookups++;
        switch (AskHook(happened, c->Rip))
        {
            case HookResult.Handled: return;
            case HookResult.Stop:
                processor.Loop.PendingStop = StopReason.Exception;
                return;
            default:
                processor.Loop.IsHalted = false;   // a single-stepped HLT ends at once
                Deliver(happened);
                return;
        }
    }

    /// <summary>Asks the hook; without a kernel to deliver to, the answer is to stop.</summary>
    private HookResult AskHook(in InterruptEvent happened, ulong instructionPointer)
    {
        ExceptionInfo info = InfoOf(happened, instructionPointer);
        HookResult result = processor.ExceptionHook?.Invoke(info) ?? HookResult.Default;
        if (result == HookResult.Default && processor.Options.StopOnUnhandledException && system.Idtr.Limit == 0) result = HookResult.Stop;
        if (result == HookResult.Stop) processor.LastException = info;
        return result;
    }

    private static ExceptionInfo InfoOf(in InterruptEvent happened, ulong instructionPointer) =>
        new((ExceptionVector)happened.Vector, happened.ErrorCode, new(happened.Address), new(instructionPointer));

    /// <summary>Delivers an event, or the fault, double fault or triple fault that comes of trying.</summary>
    private void Deliver(in InterruptEvent first)
    {
        InterruptEvent happened = first;
        while (true)
        {
            // CR2 follows every #PF that is found, also one that ends in a double fault.
            if (happened.IsPageFault) system.Cr2 = happened.Address;
            if (DeliverOnce(happened))
            {
                Count(happened);
                return;
            }
            InterruptEvent second = RecordedFault();
            bool serious = second.IsContributory || second.IsPageFault;
            if (happened.IsDoubleFault && serious)
            {
                if (second.IsPageFault) system.Cr2 = second.Address;
                ShutDown(first);
                return;
            }
            bool doubleFault = (happened.IsContributory && second.IsContributory) || (happened.IsPageFault && serious);
            if (doubleFault && second.IsPageFault) system.Cr2 = second.Address;
            happened = doubleFault ? new InterruptEvent((byte)ExceptionVector.DoubleFault, EventKind.Trap) : second;
        }
    }

    private bool DeliverOnce(in InterruptEvent happened) =>
        system.IsLongModeActive ? longMode.Deliver(happened) : protectedMode.Deliver(happened);

    private void Count(in InterruptEvent happened)
    {
        if (happened.Kind != EventKind.External && happened.Vector < processor.Counters.Exceptions.Length)
            processor.Counters.Exceptions[happened.Vector]++;
    }

    private InterruptEvent RecordedFault()
    {
        bool isPageFault = c->FaultVector == (byte)ExceptionVector.PageFault;
        return new(c->FaultVector, EventKind.Fault, c->FaultErrorCode, isPageFault ? c->FaultAddress : 0);
    }

    private void ShutDown(in InterruptEvent first)
    {
        ExceptionInfo info = InfoOf(first, c->Rip);
        processor.LastException = info;
        processor.Loop.PendingStop = StopReason.TripleFault;
        ProcessorLog.TripleFault(
            processor.Options.Logger, info.Vector, info.ErrorCode, c->Rip, system.Segments[(int)SegmentName.Cs].Selector, c->Gpr[4],
            FlagsRegister.Read(c), system.Cr2, processor.Mmu.Cr3);
    }

    private void SetRequest(bool asserted)
    {
        requestLevel = asserted;
        if (asserted && (c->SystemFlags & RFlags.Interrupt) != 0) processor.Loop.EndSliceSoon();
    }

    private void SetNonMaskable(bool asserted)
    {
        if (asserted && !nonMaskableLevel)
        {
            nonMaskablePending = true;
            processor.Loop.EndSliceSoon();
        }
        nonMaskableLevel = asserted;
    }
}
