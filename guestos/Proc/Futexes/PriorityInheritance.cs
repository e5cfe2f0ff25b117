namespace GuestOs.Proc;

/// <summary>Threads that hold locks run with the priority of the most urgent thread that waits for one of them, or for who waits for one.</summary>
internal static class PriorityInheritance
{
    /// <summary>Longer chains of owners who wait themselves are not followed.</summary>
    public const int LongestChain = 1024;

    /// <summary>A waiter's priority has changed: the owner's does, and that of whom the owner waits for.</summary>
    public static void Refresh(PriorityLock held)
    {
        for (int length = 0; held != null && length < LongestChain; length++)
        {
            Thread owner = held.Owner;
            if (owner == null || !Inherit(owner)) return;
            held = owner.AwaitedLock;
        }
    }

    /// <summary>Lends a thread a priority if its own is lower, and those it waits for in turn.</summary>
    public static void Raise(Thread owner, int level)
    {
        for (int length = 0; owner != null && length < LongestChain && owner.Scheduling.Level < level; length++)
        {
            SchedulingPolicy policy = owner.Scheduling;
            policy.Inherited = level;
            Scheduler.SetPolicy(owner, policy);
            owner = owner.AwaitedLock?.Owner;
        }
    }

    /// <summary>Sets what a thread inherits from those who wait for its locks; false when that is as before.</summary>
    public static bool Inherit(Thread owner)
    {
        int highest = 0;
        for (PriorityLock held = owner.HeldLocks; held != null; held = held.NextHeld)
        {
            Thread waiter = held.MostUrgent();
            if (waiter != null && waiter.Scheduling.Level > highest) highest = waiter.Scheduling.Level;
        }
        SchedulingPolicy policy = owner.Scheduling;
        if (policy.Inherited == highest) return false;
        policy.Inherited = highest;
        Scheduler.SetPolicy(owner, policy);
        return true;
    }
}
