using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Ends threads and processes.</summary>
internal static class Exit
{
    /// <summary>The process whose end ends the machine: the program of the command line.</summary>
    public static Process MainProgram { get; set; }

    /// <summary>A wait status of a normal exit.</summary>
    public static int StatusOf(int exitCode) => (exitCode & 0xff) << 8;

    /// <summary>Dooms every thread of a process; the first reason counts. The running thread still has to end itself.</summary>
    public static void Group(Process process, int waitStatus)
    {
        if (process.IsExiting) return;
        process.IsExiting = true;
        process.ExitStatus = waitStatus;
        for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            if (thread != Scheduler.Current) Signal.Interrupt(thread);
        if (process.IsStopped)
        {
            process.IsStopped = false;
            process.Continued.WakeAll();
        }
    }

    /// <summary>Ends the running thread, and with the last one the process. Does not return.</summary>
    public static void CurrentThread()
    {
        Thread thread = Scheduler.Current;
        Process process = thread.Process;
        LeaveMemory(thread);
        PriorityLock.OwnerEnds(thread);
        TellChildren(thread);
        ProcessTable.Remove(thread);
        if (process.ThreadCount == 0) End(process);
        else if (process.Survivor != null && process.ThreadCount == 1) process.ChildChanged.WakeAll();
        Scheduler.EndCurrent();
    }

    /// <summary>
    /// A thread is about to leave its address space, by its end or execve: gives up the locks it holds, then zeroes the word of CLONE_CHILD_CLEARTID
    /// and wakes who joins the thread.
    /// </summary>
    public static void LeaveMemory(Thread thread)
    {
        AddressSpace space = thread.Process.Space;
        if (space == null) return;
        RobustList.GiveUp(thread);
        ulong address = thread.ClearChildTid;
        thread.ClearChildTid = 0;
        bool isAlone = space.References == 1 && thread.Process.ThreadCount == 1;
        if (address != 0 && !isAlone && UserMemory.Write(address, 0)) Futex.Wake(FutexKey.OfShared(space, address), 1, uint.MaxValue);
    }

    private static void End(Process process)
    {
        CpuAccounting.Settle();
        process.Timers.Destroy();
        SemaphoreUndo.Run(process);
        process.Files?.Release();
        process.Files = null;
        process.FileContext?.Release();
        process.FileContext = null;
        if (process.Space != null)
        {
            if (process.Space.PeakResidentPages > process.Usage.PeakResidentPages) process.Usage.PeakResidentPages = process.Space.PeakResidentPages;
            AddressSpace space = process.Space;
            process.Space = null;
            space.Release();
        }
        Clone.FinishVfork(process);
        JobControl.Leave(process);
        ReparentChildren(process);
        process.IsZombie = true;
        process.IsExiting = true;
        TracePort.Exit(process.Pid, process.ExitStatus);
        if (process == MainProgram) Shutdown.Run(process.ExitStatus, process.Usage);
        process.WakeWatchers();
        NotifyOrReap(process);
    }

    /// <summary>Tells the parent. One that ignores SIGCHLD never waits: init takes the child then.</summary>
    private static void NotifyOrReap(Process process)
    {
        Process parent = process.Parent;
        bool isAdopted = false;
        if (process.ExitSignal == SignalNumber.Child && parent != InitProcess.Process)
        {
            ref SignalAction action = ref parent.Signals.Action(SignalNumber.Child);
            isAdopted = action.Handler == SignalAction.Ignore || (action.Flags & SignalAction.NoChildWait) != 0;
        }
        int killer = process.ExitStatus & 0x7f;
        if (process.ExitSignal == 0) parent.ChildChanged.WakeAll();
        else if (killer != 0) Wait.NotifyParent(process, SignalCode.ChildKilled, killer);
        else Wait.NotifyParent(process, SignalCode.ChildExited, process.ExitStatus >> 8 & 0xff);
        if (!isAdopted) return;
        parent.RemoveChild(process);
        InitProcess.Process.AddChild(process);
        InitProcess.Process.ChildChanged.WakeAll();
    }

    /// <summary>PR_SET_PDEATHSIG of children the thread made.</summary>
    private static void TellChildren(Thread thread)
    {
        for (Process child = thread.Process.FirstChild; child != null; child = child.NextSibling)
        {
            if (child.ParentDeathSignal == 0 || child.ParentThreadId != thread.Id) continue;
            if (!ProcessAccess.MaySignal(child, child.ParentDeathSignal)) continue;
            Signal.SendToProcess(child, new SignalInfo { Signal = child.ParentDeathSignal, Code = SignalCode.User });
        }
    }

    /// <summary>Who takes a process's orphans: the nearest ancestor that asked to (PR_SET_CHILD_SUBREAPER), or init.</summary>
    private static Process AdopterFor(Process process)
    {
        for (Process ancestor = process.Parent; ancestor != null; ancestor = ancestor.Parent)
            if (ancestor.IsSubreaper && !ancestor.IsExiting) return ancestor;
        return InitProcess.Process;
    }

    private static void ReparentChildren(Process process)
    {
        Process adopter = AdopterFor(process);
        while (process.FirstChild != null)
        {
            Process child = process.FirstChild;
            process.RemoveChild(child);
            adopter.AddChild(child);
            child.ExitSignal = SignalNumber.Child;
            child.ParentThreadId = adopter.Pid;
            JobControl.ParentLeft(child, process);
            if (child.IsZombie) NotifyOrReap(child);
        }
    }
}
