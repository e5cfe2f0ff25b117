namespace X64Emu.Debugging.Guest;

/// <summary>Linux's names of signals (signal(7), x86).</summary>
public static class SignalNames
{
    private static readonly string[] standard =
    [
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
        "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM",
        "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>The name of a signal, such as SIGSEGV; real-time signals and others are named by number.</summary>
    public static string Of(int number) => number >= 1 && number < standard.Length ? standard[number] : $"signal {number}";

    /// <summary>The names of the signals in a mask (bit n-1 for signal n) with commas; "-" for none.</summary>
    public static string OfMask(ulong mask) =>
        mask == 0 ? "-" : string.Join(',', Enumerable.Range(1, 64).Where(number => (mask >> (number - 1) & 1) != 0).Select(Of));
}
