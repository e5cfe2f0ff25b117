namespace GuestOs.Proc;

/// <summary>What a thread or process has used: getrusage(2), /proc/PID/stat, io and schedstat.</summary>
internal struct ResourceUsage
{
    public ulong MinorFaults;
    public ulong MajorFaults;

    /// <summary>Nanoseconds in user mode, and in the kernel.</summary>
    public ulong UserTime;
    public ulong SystemTime;
    public ulong VoluntarySwitches;
    public ulong InvoluntarySwitches;
    public ulong PeakResidentPages;

    /// <summary>Nanoseconds that the thread could have run and others did, and how often it got the CPU.</summary>
    public ulong WaitTime;
    public ulong Turns;
    public IoUsage Io;

    /// <summary>Nanoseconds on the CPU.</summary>
    public readonly ulong CpuTime => UserTime + SystemTime;

    public void Add(in ResourceUsage other)
    {
        MinorFaults += other.MinorFaults;
        MajorFaults += other.MajorFaults;
        UserTime += other.UserTime;
        SystemTime += other.SystemTime;
        VoluntarySwitches += other.VoluntarySwitches;
        InvoluntarySwitches += other.InvoluntarySwitches;
        WaitTime += other.WaitTime;
        Turns += other.Turns;
        Io.Add(other.Io);
        if (other.PeakResidentPages > PeakResidentPages) PeakResidentPages = other.PeakResidentPages;
    }
}
