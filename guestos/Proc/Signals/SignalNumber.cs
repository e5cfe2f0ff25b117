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
    public const int CpuLimit = 24;
    public const int FileSizeLimit = 25;
    public const int VirtualAlarm = 26;
    public const int Profile = 27;
    public const int WindowChange = 28;
    public const int SystemCall = 31;

    /// <summary>From here on signals queue.</summary>
    public const int FirstRealTime = 32;

    /// <summary>Signals are 1 to this.</summary>
    public const int Last = 64;

    /// <summary>The bit of a signal in a mask.</summary>
    public static ulong Bit(int signal) => 1UL << (signal - 1);

    /// <summary>SIGKILL and SIGSTOP can be neither blocked nor caught.</summary>
    public const ulong Unblockable = 1UL << (Kill - 1) | 1UL << (Stop - 1);

    public const ulong StopSignals = 1UL << (Stop - 1) | 1UL << (TerminalStop - 1) | 1UL << (TerminalInput - 1) | 1UL << (TerminalOutput - 1);

    /// <summary>Signals of exceptions: a thread sees them before all others.</summary>
    public const ulong Exceptions = 1UL << (SegmentationFault - 1) | 1UL << (Bus - 1) | 1UL << (IllegalInstruction - 1) | 1UL << (Trap - 1)
        | 1UL << (FloatingPoint - 1) | 1UL << (SystemCall - 1);

    /// <summary>What the default action ignores.</summary>
    public const ulong IgnoredByDefault = 1UL << (Child - 1) | 1UL << (Continue - 1) | 1UL << (Urgent - 1) | 1UL << (WindowChange - 1);
}
