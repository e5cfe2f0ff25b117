using Microsoft.Extensions.Logging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>The processor's log messages; all outside hot loops.</summary>
internal static partial class ProcessorLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "#UD at 0x{Rip:x}: no instruction has these bytes")]
    public static partial void Undecodable(ILogger logger, ulong rip);

    [LoggerMessage(Level = LogLevel.Warning, Message = "#UD at 0x{Rip:x}: {Instruction} is not implemented")]
    public static partial void Unimplemented(ILogger logger, ulong rip, string instruction);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "triple fault after {Vector} (error code 0x{ErrorCode:x}) at {Cs:x}:0x{Rip:x}: "
            + "rsp 0x{Rsp:x} rflags 0x{RFlags:x} cr2 0x{Cr2:x} cr3 0x{Cr3:x}")]
    public static partial void TripleFault(
        ILogger logger, ExceptionVector vector, uint errorCode, ulong rip, ushort cs, ulong rsp, ulong rFlags, ulong cr2, ulong cr3);

    [LoggerMessage(Level = LogLevel.Debug, Message = "#GP at 0x{Rip:x}: read of unknown MSR 0x{Msr:x}")]
    public static partial void UnknownMsrRead(ILogger logger, ulong rip, uint msr);

    [LoggerMessage(Level = LogLevel.Debug, Message = "#GP at 0x{Rip:x}: write of 0x{Value:x} to MSR 0x{Msr:x} refused")]
    public static partial void MsrWriteRefused(ILogger logger, ulong rip, uint msr, ulong value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "#GP at 0x{Rip:x}: only four-level paging exists (CR4.PAE and EFER.LME must be set before CR0.PG)")]
    public static partial void OnlyFourLevelPaging(ILogger logger, ulong rip);

    [LoggerMessage(Level = LogLevel.Warning, Message = "#GP at 0x{Rip:x}: CR0.PE was cleared, but real mode does not exist here")]
    public static partial void NoRealMode(ILogger logger, ulong rip);

    [LoggerMessage(Level = LogLevel.Warning, Message = "#GP at 0x{Rip:x}: code segments outside 64-bit mode must be based at 0, not 0x{Base:x}")]
    public static partial void CodeSegmentBase(ILogger logger, ulong rip, ulong @base);

    [LoggerMessage(Level = LogLevel.Warning, Message = "#GP at 0x{Rip:x}: task switches do not exist here")]
    public static partial void NoTaskSwitch(ILogger logger, ulong rip);
}
