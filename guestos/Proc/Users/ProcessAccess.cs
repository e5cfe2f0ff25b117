namespace GuestOs.Proc;

/// <summary>What the running thread may do to other processes and threads.</summary>
internal static class ProcessAccess
{
    /// <summary>kill(2): the same user, CAP_KILL, or SIGCONT within the session.</summary>
    public static bool MaySignal(Process target, int signal) => MaySignal(target, target.Credentials, signal);

    /// <summary>The same for one of its threads, tgkill(2).</summary>
    public static bool MaySignal(Process target, in Credentials credentials, int signal)
    {
        Process caller = Scheduler.Current.Process;
        if (caller == target) return true;
        ref Credentials own = ref Credentials.Current;
        Identity other = credentials.User;
        if (own.User.Effective == other.Saved || own.User.Effective == other.Real) return true;
        if (own.User.Real == other.Saved || own.User.Real == other.Real || own.Has(Capability.Kill)) return true;
        return signal == SignalNumber.Continue && caller.SessionId == target.SessionId;
    }

    /// <summary>ptrace(2)'s access check, which /proc/PID/mem, maps, environ and others make: all its numbers are the caller's, and no capability is.</summary>
    public static bool MayInspect(Process target)
    {
        Process caller = Scheduler.Current.Process;
        if (caller == target) return true;
        ref Credentials own = ref Credentials.Current;
        if (own.Has(Capability.Trace)) return true;
        if (!target.IsDumpable || !IsAll(target.Credentials.User, own.User.OfFiles) || !IsAll(target.Credentials.Group, own.Group.OfFiles)) return false;
        return (target.Credentials.Capabilities.Permitted & ~own.Capabilities.Effective) == 0;
    }

    /// <summary>prlimit(2) on another process: all its numbers are the caller's real ones, or CAP_SYS_RESOURCE.</summary>
    public static bool MayLimit(Process target)
    {
        Process caller = Scheduler.Current.Process;
        ref Credentials own = ref Credentials.Current;
        if (caller == target || own.Has(Capability.ExceedResources)) return true;
        return IsAll(target.Credentials.User, own.User.Real) && IsAll(target.Credentials.Group, own.Group.Real);
    }

    /// <summary>sched_setscheduler(2), setpriority(2) and the like: the same user, or CAP_SYS_NICE.</summary>
    public static bool MaySchedule(Thread target)
    {
        ref Credentials own = ref Credentials.Current;
        Identity other = target.Credentials.User;
        return own.User.Effective == other.Effective || own.User.Effective == other.Real || own.Has(Capability.Nice);
    }

    private static bool IsAll(in Identity identity, uint id) => identity.Real == id && identity.Effective == id && identity.Saved == id;
}
