namespace GuestOs.Proc;

/// <summary>Linux signal numbers and the codes that tell causes apart.</summary>
internal static class SignalNumber
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int IllegalInstruction = 4;
    public const int Trap = 5;
    public const int Abort = 6;
    public const int Bus = 7;
    public const int FloatingPoint = 8;
    public const int Kill = 9;
    public const int SegmentationFault = 11;
    public const int Pipe = 13;
    public const int Alarm = 14;
    public const int Terminate = 15;
    public const int Child = 17;
    public const int Continue = 18;
    public const int Stop = 19;
    public const int TerminalStop = 20;
    public const int TerminalInput = 21;
    public const int TerminalOutput = 22;
    public const int Urgent = 23;
    public const int WindowChange = 28;

    /// <summary>Signals are 1 to this.</summary>
    public const int Last = 64;

    /// <summary>The bit of a signal in a mask.</summary>
    public static ulong Bit(int signal) => 1UL << (signal - 1);

    /// <summary>SIGKILL and SIGSTOP can be neither blocked nor caught.</summary>
    public const ulong Unblockable = 1UL << (Kill - 1) | 1UL << (Stop - 1);

    public const ulong StopSignals = 1UL << (Stop - 1) | 1UL << (TerminalStop - 1) | 1UL << (TerminalInput - 1) | 1UL << (TerminalOutput - 1);

    /// <summary>What the default action ignores.</summary>
    public const ulong IgnoredByDefault = 1UL << (Child - 1) | 1UL << (Continue - 1) | 1UL << (Urgent - 1) | 1UL << (WindowChange - 1);
}

/// <summary>Values of si_code.</summary>
internal static class SignalCode
{
    public const int User = 0;
    public const int Kernel = 0x80;
    public const int ThreadKill = -6;
    public const int IllegalOperand = 2;
    public const int IntegerDivide = 1;
    public const int NotMapped = 1;
    public const int AccessDenied = 2;
    public const int BusAlignment = 1;
    public const int BusAddress = 2;
    public const int TrapBreakpoint = 1;
    public const int TrapTrace = 2;
    public const int ChildExited = 1;
    public const int ChildKilled = 2;
    public const int ChildStopped = 5;
    public const int ChildContinued = 6;
}

/// <summary>What a handler with SA_SIGINFO learns.</summary>
internal struct SignalInfo
{
    public int Signal;
    public int Code;

    /// <summary>Sender, or the child of SIGCHLD.</summary>
    public int Pid;

    /// <summary>Exit status or signal of the child of SIGCHLD.</summary>
    public int Status;

    /// <summary>si_addr of signals that come from exceptions.</summary>
    public ulong Address;

    /// <summary>True for signals an exception raised in the thread itself.</summary>
    public bool IsException;

    public static SignalInfo FromKernel(int signal) => new SignalInfo { Signal = signal, Code = SignalCode.Kernel };

    public static SignalInfo FromUser(int signal, int senderPid, int code) => new SignalInfo { Signal = signal, Code = code, Pid = senderPid };

    public static SignalInfo FromException(int signal, int code, ulong address) =>
        new SignalInfo { Signal = signal, Code = code, Address = address, IsException = true };
}
