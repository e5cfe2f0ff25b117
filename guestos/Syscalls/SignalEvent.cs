using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>struct sigevent: how a program wants to be told.</summary>
internal unsafe struct SignalEvent
{
    public const int BySignal = 0;
    public const int NotAtAll = 1;
    public const int ByThread = 2;

    public ulong Value;
    public int Signal;
    public int Notify;
    public int ThreadId;
    public int Padding;
    public fixed ulong Rest[5];

    /// <summary>True when the signal exists.</summary>
    public readonly bool HasSignal => Signal >= 1 && Signal <= SignalNumber.Last;
}
