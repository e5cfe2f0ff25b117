namespace GuestOs.Mm;

/// <summary>Linux error numbers, positive; functions return them negated.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoDevice = 6;
    public const int ArgumentsTooLong = 7;
    public const int NotExecutable = 8;
    public const int BadFile = 9;
    public const int NoChild = 10;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int Fault = 14;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NoSuchDevice = 19;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int TooManyFiles = 24;
    public const int NotTerminal = 25;
    public const int TextBusy = 26;
    public const int FileTooBig = 27;
    public const int NoSpace = 28;
    public const int IllegalSeek = 29;
    public const int ReadOnly = 30;
    public const int TooManyLinks = 31;
    public const int BrokenPipe = 32;
    public const int Range = 34;
    public const int Deadlock = 35;
    public const int NameTooLong = 36;
    public const int NoLocks = 37;
    public const int NoSystemCall = 38;
    public const int NotEmpty = 39;
    public const int Loop = 40;
    public const int NoMessage = 42;
    public const int IdentifierRemoved = 43;
    public const int Overflow = 75;
    public const int NotSocket = 88;
    public const int MessageTooLong = 90;
    public const int NotSupported = 95;
    public const int AddressFamily = 97;
    public const int TimedOut = 110;

    /// <summary>Inside the kernel only: a signal came; the call is restarted when the handler has SA_RESTART or there is none, else EINTR.</summary>
    public const int RestartCall = 512;

    /// <summary>Inside the kernel only: a signal came; the call is restarted in any case.</summary>
    public const int RestartAlways = 513;

    /// <summary>Inside the kernel only: a signal came; the call is restarted when there is no handler, else EINTR.</summary>
    public const int RestartWithoutHandler = 514;

    /// <summary>Inside the kernel only: as <see cref="RestartWithoutHandler"/>, but the call goes on by restart_syscall.</summary>
    public const int RestartLater = 516;

    /// <summary>True for the results of calls that a signal interrupted.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static bool IsInterruption(long result) => result is >= -RestartLater and <= -RestartCall;
}
