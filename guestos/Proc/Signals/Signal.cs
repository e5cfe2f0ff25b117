using System.Runtime.CompilerServices;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Sends signals. Delivery happens when a thread returns to user mode (<see cref="SignalDelivery"/>).</summary>
internal static class Signal
{
    /// <summary>
    /// Sends to a process: any of its threads that does not block the signal gets it. 0, or -EAGAIN when a real-time signal cannot be queued.
    /// Allocates nothing for signals of the kernel.
    /// </summary>
    public static int SendToProcess(Process process, in SignalInfo info)
    {
        if (process.IsZombie || process.Space == null || !Prepare(process, info.Signal)) return 0;
        Thread target = Receiver(process, info.Signal);
        if (target != null && process.Signals.IsIgnored(info.Signal))
        {
            Discard(process.Pid, info);
            return 0;
        }
        if (!Add(ref process.Signals.Pending, process, info)) return -Errno.Again;
        Notify(process, target, info.Signal);
        return 0;
    }

    /// <summary>Sends to one thread; 0 or -EAGAIN.</summary>
    public static int SendToThread(Thread thread, in SignalInfo info)
    {
        Process process = thread.Process;
        if (process.IsZombie || process.Space == null || !Prepare(process, info.Signal)) return 0;
        bool isBlocked = (thread.BlockedSignals & SignalNumber.Bit(info.Signal)) != 0;
        if (!isBlocked && process.Signals.IsIgnored(info.Signal))
        {
            Discard(process.Pid, info);
            return 0;
        }
        if (!Add(ref thread.Pending, process, info)) return -Errno.Again;
        if (!isBlocked) Interrupt(thread);
        return 0;
    }

    /// <summary>Sends a timer's signal to a process, or to one thread of it; false when it does not wait now: it is ignored, or another one waits.</summary>
    public static bool SendFromTimer(Process process, Thread thread, QueuedSignal signal)
    {
        int number = signal.Info.Signal;
        if (process.Space == null || signal.IsQueued || !Prepare(process, number)) return false;
        Thread target = thread == null ? Receiver(process, number) : (thread.BlockedSignals & SignalNumber.Bit(number)) == 0 ? thread : null;
        if (target != null && process.Signals.IsIgnored(number))
        {
            Discard(process.Pid, signal.Info);
            return false;
        }
        bool isAdded = thread != null ? thread.Pending.Add(signal) : process.Signals.Pending.Add(signal);
        process.Signals.Arrive();
        if (target != null) Interrupt(target);
        return isAdded;
    }

    /// <summary>Raises an exception's signal in the running thread; where it is blocked or ignored the default action kills.</summary>
    public static void Force(Thread thread, in SignalInfo info)
    {
        ref SignalAction action = ref thread.Process.Signals.Action(info.Signal);
        ulong bit = SignalNumber.Bit(info.Signal);
        if ((thread.BlockedSignals & bit) != 0 || action.Handler == SignalAction.Ignore)
        {
            action.Handler = SignalAction.Default;
            thread.BlockedSignals &= ~bit;
        }
        thread.Pending.Add(info, thread.Credentials.Account, ulong.MaxValue);
        thread.HasWork = true;
    }

    /// <summary>Sends to every process of a group; 0, or -ESRCH when there is none.</summary>
    public static int SendToGroup(int groupId, in SignalInfo info)
    {
        int result = -Errno.NoProcess;
        for (Process process = ProcessTable.FirstInGroup(groupId); process != null; process = ProcessTable.NextInGroup(process))
        {
            if (process.Space == null) continue;
            if (info.Signal != 0) SendToProcess(process, info);
            result = 0;
        }
        return result;
    }

    /// <summary>Sets <see cref="Thread.HasWork"/> by what waits for the thread.</summary>
    public static void UpdateWork(Thread thread)
    {
        Process process = thread.Process;
        ulong pending = thread.Pending.Mask | (process.Signals == null ? 0 : process.Signals.Pending.Mask);
        bool mustEnd = process.IsExiting || process.Survivor != null && process.Survivor != thread;
        thread.HasWork = mustEnd || process.IsStopped || (pending & ~thread.BlockedSignals) != 0;
    }

    /// <summary>True when the thread will end as soon as it looks at its signals.</summary>
    public static bool IsDying(Thread thread)
    {
        Process process = thread.Process;
        if (process.IsExiting || process.Survivor != null && process.Survivor != thread) return true;
        ulong deadly = (thread.Pending.Mask | process.Signals.Pending.Mask) & ~thread.BlockedSignals;
        deadly &= ~(SignalNumber.StopSignals | SignalNumber.IgnoredByDefault);
        for (int signal = 1; deadly != 0; signal++, deadly >>= 1)
            if ((deadly & 1) != 0 && process.Signals.Action(signal).Handler == SignalAction.Default) return true;
        return false;
    }

    /// <summary>Makes a thread look at its signals: ends its interruptible sleep.</summary>
    public static void Interrupt(Thread thread)
    {
        thread.HasWork = true;
        if (thread.State == ThreadState.Sleeping && thread.IsInterruptible && thread.Queue != null) WaitQueue.Wake(thread);
    }

    /// <summary>Nothing is done with a signal that is ignored; a machine that traces signals sees it here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Discard(int pid, in SignalInfo info)
    {
    }

    private static bool Add(ref PendingSignals pending, Process process, in SignalInfo info)
    {
        bool isAdded = true;
        if (info.Code == SignalCode.Kernel) pending.AddFromKernel(info.Signal);
        else isAdded = pending.Add(info, process.Credentials.Account, process.Limits.Get(ResourceLimits.PendingSignals).Soft);
        process.Signals.Arrive();
        return isAdded;
    }

    /// <summary>The thread that will take a process's signal: the first one if it lets it through, else any other that does. Null when all block it.</summary>
    private static Thread Receiver(Process process, int signal)
    {
        for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            if ((thread.BlockedSignals & SignalNumber.Bit(signal)) == 0) return thread;
        return null;
    }

    private static void Notify(Process process, Thread target, int signal)
    {
        if (signal != SignalNumber.Kill)
        {
            if (target != null) Interrupt(target);
            return;
        }
        for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess) Interrupt(thread);
    }

    /// <summary>The effects of SIGCONT, SIGKILL and stop signals at the time they are sent. False when nothing is left to do.</summary>
    private static bool Prepare(Process process, int signal)
    {
        if (process.IsExiting) return false;
        ulong bit = SignalNumber.Bit(signal);
        if ((bit & SignalNumber.StopSignals) != 0) Forget(process, SignalNumber.Bit(SignalNumber.Continue));
        if (signal != SignalNumber.Continue && signal != SignalNumber.Kill) return true;
        Forget(process, SignalNumber.StopSignals);
        if (process.IsStopped)
        {
            process.IsStopped = false;
            if (signal == SignalNumber.Continue)
            {
                process.ContinueReportable = true;
                process.StopReported = true;
                Wait.NotifyParent(process, SignalCode.ChildContinued, SignalNumber.Continue);
            }
            process.Continued.WakeAll();
        }
        return true;
    }

    private static void Forget(Process process, ulong mask)
    {
        process.Signals.Pending.Remove(mask);
        for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess) thread.Pending.Remove(mask);
    }
}
