using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Single step (RFLAGS.TF) and the breakpoints of DR0-DR7 (Intel SDM Vol. 3B, 17.2 and 17.3). While any is armed, the run loop
/// executes one instruction at a time and calls this unit around each.</summary>
internal sealed unsafe class DebugUnit
{
    private const int Dr6 = 6, Dr7 = 7;
    private const ulong Dr6Fixed = 0xffff_0ff0, Dr6Clear = 0xf, Dr6AccessDetected = 1 << 13, Dr6SingleStep = 1 << 14;
    private const ulong Dr7Fixed = 0x400, Dr7Writable = 0xffff_2bff, Dr7GeneralDetect = 1 << 13, Dr7Enabled = 0xff;

    private enum Condition
    {
        Execute,
        Write,
        Port,
        Access,
    }

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly ulong[] registers;
    private bool trapBefore, resumeBefore, resumeLoaded, stepSuppressed, shadowed, keepHits;
    private ulong hits;

    public DebugUnit(Processor processor)
    {
        this.processor = processor;
        c = processor.State;
        registers = processor.System.Debug;
    }

    /// <summary>True when every instruction must be looked at.</summary>
    public bool NeedsSingleStep => (c->SystemFlags & (RFlags.Trap | RFlags.Resume)) != 0 || IsArmed;

    /// <summary>True when DR7 enables any breakpoint. RF has an effect only then.</summary>
    public bool IsArmed => (registers[Dr7] & Dr7Enabled) != 0;

    /// <summary>True when DR7 watches data: every access must then go through <see cref="CheckedAccess"/>.</summary>
    public bool WatchesData { get; private set; }

    public ulong Read(int number) => registers[Canonicalize(number)];

    /// <summary>Writes a debug register; reserved bits keep their fixed values.</summary>
    public void Write(int number, ulong value)
    {
        number = Canonicalize(number);
        registers[number] = number switch
        {
            Dr6 => value & (Dr6Clear | Dr6AccessDetected | Dr6SingleStep | 1 << 15) | Dr6Fixed,
            Dr7 => value & Dr7Writable | Dr7Fixed,
            _ => value,
        };
        if (number != Dr7) return;
        WatchesData = false;
        for (int index = 0; index < 4; index++) WatchesData |= IsEnabled(index) && ConditionOf(index) is Condition.Write or Condition.Access;
        processor.WatchDataAccesses(WatchesData);
    }

    /// <summary>DR7.GD: an access to a debug register must raise #DB. Clears GD, as the exception does.</summary>
    public bool DetectsAccess()
    {
        if ((registers[Dr7] & Dr7GeneralDetect) == 0) return false;
        registers[Dr7] &= ~Dr7GeneralDetect;
        registers[Dr6] |= Dr6AccessDetected;
        return true;
    }

    /// <summary>INT n and SYSCALL clear TF without a trap for themselves.</summary>
    public void SuppressStepTrap() => stepSuppressed = true;

    /// <summary>MOV SS and POP SS: debug traps wait until after the next instruction.</summary>
    public void ShadowTraps() => shadowed = true;

    /// <summary>IRET has loaded RF, which therefore stays for the next instruction. Without armed breakpoints it is dropped: nothing can
    /// tell, and code need not be stepped for it.</summary>
    public void LoadedResumeFlag()
    {
        if (IsArmed) resumeLoaded = true;
        else c->SystemFlags &= ~RFlags.Resume;
    }

    /// <summary>Called before a single instruction; records #DB for an instruction breakpoint.</summary>
    public void BeforeStep()
    {
        trapBefore = (c->SystemFlags & RFlags.Trap) != 0;
        resumeBefore = (c->SystemFlags & RFlags.Resume) != 0;
        resumeLoaded = stepSuppressed = shadowed = false;
        if (!keepHits) hits = 0;
        keepHits = false;
        if (resumeBefore || !IsArmed) return;
        ulong matching = 0;
        for (int index = 0; index < 4; index++)
        {
            if (IsEnabled(index) && ConditionOf(index) == Condition.Execute && registers[index] == c->Rip) matching |= 1UL << index;
        }
        if (matching == 0) return;
        Report(matching);
        Faults.Raise(c, ExceptionVector.Debug);
    }

    /// <summary>Called after a single instruction; delivers the trap that single stepping or a data breakpoint asks for.</summary>
    public void AfterStep(ExitReason exit)
    {
        if (exit is ExitReason.Fault or ExitReason.FetchFault or ExitReason.Suspended || (exit == ExitReason.Stale && !processor.Loop.IsBetweenSteps))
        {
            hits = 0;
            return;
        }
        if (resumeBefore && !resumeLoaded) c->SystemFlags &= ~RFlags.Resume;
        if (shadowed)
        {
            // MOV SS itself: what it hit is reported behind the next instruction, its own step trap is lost.
            shadowed = false;
            keepHits = true;
            return;
        }
        ulong reasons = hits;
        if (trapBefore && !stepSuppressed) reasons |= Dr6SingleStep;
        if (reasons == 0) return;
        Report(reasons);
        processor.Interrupts.DeliverDebugTrap();
    }

    /// <summary>Called for each data access while <see cref="WatchesData"/>.</summary>
    public void DataAccessed(ulong address, int lengthBytes, AccessKind kind)
    {
        for (int index = 0; index < 4; index++)
        {
            if (!IsEnabled(index)) continue;
            bool concerned = ConditionOf(index) == Condition.Access || (ConditionOf(index) == Condition.Write && kind == AccessKind.Write);
            if (concerned) Match(index, address, lengthBytes);
        }
    }

    /// <summary>Called for each IN and OUT.</summary>
    public void PortAccessed(ushort port, int lengthBytes)
    {
        if (!IsArmed || (c->Cr4 & SystemRegisters.Cr4DebuggingExtensions) == 0) return;
        for (int index = 0; index < 4; index++)
        {
            if (IsEnabled(index) && ConditionOf(index) == Condition.Port) Match(index, port, lengthBytes);
        }
    }

    private void Match(int index, ulong address, int lengthBytes)
    {
        ulong length = LengthOf(index), start = registers[index] & ~(length - 1);
        if (address < start + length && start < address + (ulong)lengthBytes) hits |= 1UL << index;
    }

    private void Report(ulong reasons) => registers[Dr6] = registers[Dr6] & ~Dr6Clear | reasons;

    private bool IsEnabled(int index) => (registers[Dr7] >> (2 * index) & 3) != 0;

    private Condition ConditionOf(int index) => (Condition)(registers[Dr7] >> (16 + 4 * index) & 3);

    /// <summary>LEN: 1, 2, 8 or 4 bytes.</summary>
    private ulong LengthOf(int index) => (registers[Dr7] >> (18 + 4 * index) & 3) switch { 0 => 1, 1 => 2, 2 => 8, _ => 4 };

    private static int Canonicalize(int number) => number is 4 or 5 ? number + 2 : number;
}
