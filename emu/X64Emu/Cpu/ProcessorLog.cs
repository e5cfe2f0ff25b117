using Microsoft.Extensions.Logging;

namespace X64Emu.Cpu;

/// <summary>The processor's log messages; all outside hot loops.</summary>
internal static partial class ProcessorLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "#UD at 0x{Rip:x}: {Instruction} is not implemented")]
    public static partial void Unimplemented(ILogger logger, ulong rip, string instruction);
}
