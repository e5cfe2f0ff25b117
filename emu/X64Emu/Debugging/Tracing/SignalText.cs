using System.Buffers.Binary;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>A signal's description in strace's words (siginfo_t, sigaction(2)).</summary>
internal static class SignalText
{
    private const int IllegalInstruction = 4, Trap = 5, Bus = 7, FloatingPoint = 8, Segmentation = 11, Child = 17;
    private const int FromUser = 0, FromTimer = -2, FromThread = -6, ChildExited = 1, DescriptionBytes = 48;

    private static readonly NamedFlags anyCode = new(
        "SI", null, (0, "SI_USER"), (0x80, "SI_KERNEL"), (Minus(1), "SI_QUEUE"), (Minus(2), "SI_TIMER"), (Minus(3), "SI_MESGQ"), (Minus(4), "SI_ASYNCIO"),
        (Minus(5), "SI_SIGIO"), (Minus(6), "SI_TKILL"));

    private static readonly Dictionary<int, string[]> codes = new()
    {
        [IllegalInstruction] = ["ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG", "ILL_COPROC", "ILL_BADSTK"],
        [Trap] = ["TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT"],
        [Bus] = ["BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR"],
        [FloatingPoint] = ["FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV", "FPE_FLTSUB"],
        [Segmentation] = ["SEGV_MAPERR", "SEGV_ACCERR"],
        [Child] = ["CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"],
    };

    /// <summary>A signal that takes effect: <c>SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=2, si_uid=0}</c>.</summary>
    public static string Delivered(DebugMemory memory, in SignalEvent signal)
    {
        Span<byte> info = stackalloc byte[DescriptionBytes];
        string name = LinuxConstants.Signal((ulong)signal.Signal);
        // The kernel's own description differs from siginfo_t in that the code comes before the error.
        return memory.Read(signal.Info, info) < info.Length ? name : $"{name} {Describe(info, codeOffset: 4)}";
    }

    /// <summary>The siginfo_t that a call gets.</summary>
    public static string OfCall(SystemCallView call, ulong address)
    {
        Span<byte> info = stackalloc byte[DescriptionBytes];
        return call.TryRead(address, info) ? Describe(info, codeOffset: 8) : SystemCallView.Pointer(address);
    }

    private static string Describe(ReadOnlySpan<byte> info, int codeOffset)
    {
        int signal = Word(info, 0), code = Word(info, codeOffset);
        string kind = code > 0 && codes.TryGetValue(signal, out string[]? names) && code <= names.Length ? names[code - 1] : anyCode.Value((uint)code);
        return $"{{si_signo={LinuxConstants.Signal((ulong)signal)}, si_code={kind}{Details(info, signal, code)}}}";
    }

    private static string Details(ReadOnlySpan<byte> info, int signal, int code)
    {
        string sender = $", si_pid={Word(info, 16)}, si_uid={Word(info, 20)}";
        string value = $", si_int={Word(info, 24)}, si_ptr={SystemCallView.Pointer(Long(info, 24))}";
        switch (code)
        {
            case FromUser or FromThread: return sender;
            case FromTimer: return $", si_timerid={SystemCallView.Hexadecimal((uint)Word(info, 16))}, si_overrun={Word(info, 20)}{value}";
            case < 0: return Long(info, 24) == 0 ? sender : sender + value;
        }
        switch (signal)
        {
            case Child:
                int status = Word(info, 24);
                string words = code == ChildExited ? $"{status}" : LinuxConstants.Signal((ulong)status);
                return $"{sender}, si_status={words}, si_utime={Long(info, 32)}, si_stime={Long(info, 40)}";
            case IllegalInstruction or Trap or Bus or FloatingPoint or Segmentation:
                return $", si_addr={SystemCallView.Pointer(Long(info, 16))}";
            default:
                return (Long(info, 16) == 0 ? "" : sender) + (Long(info, 24) == 0 ? "" : value);
        }
    }

    private static int Word(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadInt32LittleEndian(info[offset..]);

    private static ulong Long(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(info[offset..]);

    private static ulong Minus(int number) => unchecked((uint)-number);
}
