using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.X87;

/// <summary>How x87 instructions report what they found. An unmasked exception is only noted: #MF comes with the next waiting instruction.</summary>
internal static unsafe class X87Exceptions
{
    private const FloatExceptions Range = FloatExceptions.Overflow | FloatExceptions.Underflow;

    /// <summary>Sets flags and C1. False when an unmasked exception of the operands forbids to change registers: nothing was computed then.</summary>
    public static bool Report(CpuState* c, in FloatEnvironment environment) => Report(c, environment, FloatExceptions.PreComputation);

    /// <summary>The same for a result that goes to memory, which an unmasked overflow or underflow forbids too.</summary>
    public static bool ReportStore(CpuState* c, in FloatEnvironment environment) => Report(c, environment, FloatExceptions.PreComputation | Range);

    /// <summary>What <see cref="ReportStore"/> will return.</summary>
    public static bool MayStore(in FloatEnvironment environment) =>
        (environment.Raised & environment.Unmasked & (FloatExceptions.PreComputation | Range)) == 0;

    /// <summary>A stack overflow or underflow: invalid, SF, and C1 to tell them apart. False when invalid is unmasked.</summary>
    public static bool StackFault(CpuState* c, bool isOverflow)
    {
        int status = (c->X87Status & ~X87State.Condition1) | X87State.StackFault | (int)FloatExceptions.Invalid;
        c->X87Status = (ushort)(isOverflow ? status | X87State.Condition1 : status);
        X87State.UpdateSummary(c);
        return (c->X87Control & (int)FloatExceptions.Invalid) != 0;
    }

    private static bool Report(CpuState* c, in FloatEnvironment environment, FloatExceptions preventing)
    {
        bool mayWrite = (environment.Raised & environment.Unmasked & preventing) == 0;
        FloatExceptions raised = mayWrite ? environment.Raised : environment.Raised & preventing;
        int status = (c->X87Status & ~X87State.Condition1) | (int)raised;
        c->X87Status = (ushort)(mayWrite && environment.RoundedUp ? status | X87State.Condition1 : status);
        X87State.UpdateSummary(c);
        return mayWrite;
    }
}
