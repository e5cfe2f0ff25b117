namespace GuestOs.Proc;

/// <summary>How a thread gets the CPU (sched(7)): its policy, real-time priority and niceness.</summary>
internal struct SchedulingPolicy
{
    public const int Other = 0;
    public const int Fifo = 1;
    public const int RoundRobin = 2;
    public const int Batch = 3;
    public const int Idle = 5;
    public const int Deadline = 6;

    public const int HighestPriority = 99;

    // Linux's weight of SCHED_IDLE is 3 where niceness 0 has 1024: less than the nicest.
    private const ulong IdleSliceNanoseconds = Scheduler.SliceNanoseconds * 3 / 1024;
    private const ulong RoundRobinSliceNanoseconds = 100000000;

    /// <summary>One of the policies.</summary>
    public int Policy;

    /// <summary>1 to 99 for the real-time policies, else 0.</summary>
    public int Priority;

    /// <summary>See <see cref="Proc.Niceness"/>; it counts for the other policies.</summary>
    public int Niceness;

    /// <summary>SCHED_RESET_ON_FORK: children do not get what raises this thread above others.</summary>
    public bool ResetsOnFork;

    /// <summary>The priority of the most urgent thread that waits for a lock this one holds (priority inheritance); 0 for none.</summary>
    public int Inherited;

    /// <summary>True when the policy is SCHED_FIFO or SCHED_RR.</summary>
    public static bool IsRealTime(int policy) => policy is Fifo or RoundRobin;

    /// <summary>True for a policy there is; SCHED_DEADLINE is not served.</summary>
    public static bool Exists(int policy) => policy is Other or Fifo or RoundRobin or Batch or Idle;

    /// <summary>The run queue's level.</summary>
    public readonly int Level => Priority > Inherited ? Priority : Inherited;

    /// <summary>How long the thread runs while others of its level wait; <see cref="ulong.MaxValue"/> for as long as it likes.</summary>
    public readonly ulong SliceNanoseconds
    {
        get
        {
            if (Policy == RoundRobin) return RoundRobinSliceNanoseconds;
            if (Level != 0) return ulong.MaxValue;
            return Policy == Idle ? IdleSliceNanoseconds : Proc.Niceness.Slice(Niceness);
        }
    }

    /// <summary>What a child starts with.</summary>
    public readonly SchedulingPolicy ForChild()
    {
        SchedulingPolicy child = this;
        child.Inherited = 0;
        if (!ResetsOnFork) return child;
        child.ResetsOnFork = false;
        if (Priority != 0) child = default;
        else if (Niceness < 0) child.Niceness = 0;
        return child;
    }
}
