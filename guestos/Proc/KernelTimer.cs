namespace GuestOs.Proc;

/// <summary>Something that is due at a time: the end of a sleep, or an alarm. Linked into <see cref="Timers"/> while it waits.</summary>
internal sealed class KernelTimer
{
    /// <summary>Nanoseconds since boot.</summary>
    public ulong Deadline;
    public KernelTimer Next;
    public KernelTimer Previous;
    public bool IsWaiting;

    /// <summary>The thread to wake, or null.</summary>
    public Thread Sleeper;

    /// <summary>The process that gets SIGALRM, or null; and the repeat interval in nanoseconds, 0 for none.</summary>
    public Process AlarmOwner;
    public ulong Interval;
}
