using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Waits for children: wait4.</summary>
internal static class Wait
{
    public const int NoHang = 1;
    public const int Stopped = 2;
    public const int Exited = 4;
    public const int Continued = 8;
    public const int KeepWaitable = 0x01000000;
    public const int NoThread = 0x20000000;
    public const int AllChildren = 0x40000000;
    public const int CloneChildren = unchecked((int)0x80000000);

    private const int StoppedStatus = 0x7f;
    private const int ContinuedStatus = 0xffff;

    /// <summary>
    /// Waits for a child: pid &gt; 0 that one, 0 the own group, -1 any, less a group. Returns the child's pid with its status and resources,
    /// 0 with <see cref="NoHang"/>, -ECHILD, -RestartCall.
    /// </summary>
    public static int For(int pid, int options, out int status, out ResourceUsage usage)
    {
        Process parent = Scheduler.Current.Process;
        status = 0;
        usage = default;
        while (true)
        {
            bool hasCandidate = false;
            Process child = pid > 0 ? ProcessTable.Find(pid) : parent.FirstChild;
            if (child != null && child.Parent != parent) child = null;
            for (; child != null; child = pid > 0 ? null : child.NextSibling)
            {
                if (!Matches(parent, child, pid, options)) continue;
                hasCandidate = true;
                int found = child.Pid;
                if (Take(parent, child, options, out status, out usage)) return found;
            }
            if (!hasCandidate) return -Errno.NoChild;
            if ((options & NoHang) != 0) return 0;
            int error = parent.ChildChanged.Sleep();
            if (error != 0) return error;
        }
    }

    /// <summary>Takes a zombie out of the world.</summary>
    public static void Reap(Process parent, Process child)
    {
        parent.ChildrenUsage.Add(child.Usage);
        parent.ChildrenUsage.Add(child.ChildrenUsage);
        parent.RemoveChild(child);
        ProcessTable.Remove(child);
        HeapAccounting.Settle(Scheduler.Current.Process);
        child.Signals.Destroy();
        child.Destroy();
        HeapAccounting.Skip();
    }

    /// <summary>SIGCHLD for the parent, and a wake-up of its wait4.</summary>
    public static void NotifyParent(Process child, int code, int status)
    {
        Process parent = child.Parent;
        if (parent == null) return;
        bool isStateChange = code == SignalCode.ChildStopped || code == SignalCode.ChildContinued;
        int signal = isStateChange ? SignalNumber.Child : child.ExitSignal;
        if (parent.Space != null && !(isStateChange && (parent.Signals.Action(SignalNumber.Child).Flags & SignalAction.NoChildStop) != 0))
            Signal.SendToProcess(parent, SignalInfo.FromChild(signal, code, child, status));
        parent.ChildChanged.WakeAll();
    }

    /// <summary>Children whose end is not told by SIGCHLD are waited for on demand only.</summary>
    private static bool Matches(Process parent, Process child, int pid, int options)
    {
        bool isClone = child.ExitSignal != SignalNumber.Child;
        if (isClone != ((options & CloneChildren) != 0) && (options & AllChildren) == 0) return false;
        if (pid == 0) return child.GroupId == parent.GroupId;
        return pid >= -1 || child.GroupId == -pid;
    }

    /// <summary>Takes what a child has to tell, if the options ask for it.</summary>
    private static bool Take(Process parent, Process child, int options, out int status, out ResourceUsage usage)
    {
        status = 0;
        usage = default;
        if (!child.IsZombie)
        {
            if (!TakeStateChange(child, options, out status)) return false;
            usage = UsageOf(child);
            return true;
        }
        if ((options & Exited) == 0) return false;
        status = child.ExitStatus;
        usage = UsageOf(child);
        if ((options & KeepWaitable) == 0) Reap(parent, child);
        return true;
    }

    private static ResourceUsage UsageOf(Process child)
    {
        ResourceUsage usage = Scheduler.UsageNow(child);
        usage.Add(child.ChildrenUsage);
        return usage;
    }

    private static bool TakeStateChange(Process child, int options, out int status)
    {
        status = 0;
        bool isTaken = (options & KeepWaitable) == 0;
        if ((options & Stopped) != 0 && child.IsStopped && !child.StopReported)
        {
            child.StopReported = isTaken;
            status = child.StopSignal << 8 | StoppedStatus;
            return true;
        }
        if ((options & Continued) == 0 || !child.ContinueReportable) return false;
        child.ContinueReportable = !isTaken;
        status = ContinuedStatus;
        return true;
    }
}
