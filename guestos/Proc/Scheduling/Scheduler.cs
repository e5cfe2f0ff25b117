using System.Runtime;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// The runnable thread of the highest priority runs; those without a real-time priority take turns, 10 ms each, more or less by niceness. Preemption happens
/// on the way back to user mode only; with one runnable thread no timer runs.
/// </summary>
internal static unsafe class Scheduler
{
    /// <summary>How long a thread of niceness 0 runs while others could.</summary>
    public const ulong SliceNanoseconds = 10000000;

    private static Thread s_idle;
    private static RunQueue s_runnable;

    // When the thread on the CPU got it.
    private static ulong s_runStart;

    // A more urgent thread is why the running one gives way: it keeps its turn.
    private static bool s_isPreempted;

    // The thread that ended on the stack the CPU just left.
    private static Thread s_dead;

    /// <summary>The thread on the CPU.</summary>
    public static Thread Current { get; private set; }

    /// <summary>The running thread should give the CPU away before it returns to user mode.</summary>
    public static bool NeedsSwitch { get; set; }

    /// <summary>Context switches so far, for /proc/stat.</summary>
    public static ulong SwitchCount { get; private set; }

    /// <summary>Nanoseconds the CPU idled.</summary>
    public static ulong IdleTime { get; private set; }

    /// <summary>Threads that run or could.</summary>
    public static int RunnableCount => s_runnable.Count;

    /// <summary>Makes the boot stack's flow the idle thread of process 0.</summary>
    public static void Initialize()
    {
        s_runnable = new RunQueue();
        Process kernel = new Process(0);
        fixed (byte* name = "idle"u8) kernel.SetName(name, 4);
        s_idle = new Thread(0, kernel);
        Current = s_idle;
    }

    /// <summary>The idle loop; never returns.</summary>
    public static void Idle()
    {
        while (true)
        {
            if (s_runnable.Count != 0)
            {
                Switch();
                continue;
            }
            ulong start = Clock.Now;
            Cpu.WaitForInterrupt();
            IdleTime += Clock.Now - start;
        }
    }

    /// <summary>Starts a kernel thread: a process of its own without user memory.</summary>
    public static Process StartKernelThread(System.ReadOnlySpan<byte> name, delegate*<ulong, void> entry) =>
        StartKernelThread(name, entry, ProcessTable.AllocateId());

    /// <summary>Starts a kernel thread with a number nobody has.</summary>
    public static Process StartKernelThread(System.ReadOnlySpan<byte> name, delegate*<ulong, void> entry, int pid)
    {
        Process process = new Process(pid);
        process.Signals = new SignalState();
        fixed (byte* text = name) process.SetName(text, (ulong)name.Length);
        Thread thread = new Thread(pid, process);
        thread.AllocateStack();
        thread.Prepare(KernelImage.KernelThreadStart(), (ulong)entry, 0, thread.KernelStackTop);
        ProcessTable.Add(process);
        ProcessTable.Add(thread);
        MakeRunnable(thread);
        return process;
    }

    /// <summary>Threads that run or could, the one on the CPU included.</summary>
    public static int ActiveCount => RunnableCount + (Current != s_idle && Current.State == ThreadState.Runnable ? 1 : 0);

    /// <summary>Puts a thread behind the others of its priority that could run.</summary>
    public static void MakeRunnable(Thread thread)
    {
        ulong now = Clock.Now;
        thread.State = ThreadState.Runnable;
        thread.RunnableSince = now;
        s_runnable.Add(thread, atHead: false);
        Reconsider(now);
    }

    /// <summary>CPU time that the running thread has taken as a real-time thread since it last slept, in nanoseconds.</summary>
    public static ulong RealTimeUsed
    {
        get
        {
            Charge(Clock.Now);
            return Current.RealTimeUsed;
        }
    }

    /// <summary>Changes how a thread is scheduled, whatever it does now.</summary>
    public static void SetPolicy(Thread thread, in SchedulingPolicy policy)
    {
        ulong now = Clock.Now;
        Charge(now);
        bool isQueued = thread != Current && thread.State == ThreadState.Runnable;
        if (isQueued) s_runnable.Remove(thread);
        thread.Scheduling = policy;
        if (isQueued) s_runnable.Add(thread, atHead: false);
        if (thread == Current && s_runnable.Count != 0) Timers.SetSliceEnd(SliceEnd(thread, now));
        Reconsider(now);
        if (thread == Current) CpuTimers.Watch();
    }

    /// <summary>Somebody came or changed: the running thread may have to give way, or to share the CPU it had for itself until now.</summary>
    private static void Reconsider(ulong now)
    {
        if (Current == s_idle || s_runnable.Count == 0) return;
        if (s_runnable.Highest > Current.Scheduling.Level)
        {
            // Who must give way anyhow goes to the end.
            if (!NeedsSwitch) s_isPreempted = true;
            NeedsSwitch = true;
        }
        else if (!Timers.HasSlice)
        {
            Charge(now);
            Timers.SetSliceEnd(SliceEnd(Current, now));
        }
    }

    /// <summary>Lets the others run first.</summary>
    public static void Yield()
    {
        NeedsSwitch = false;
        bool keepsTurn = s_isPreempted;
        s_isPreempted = false;
        if (s_runnable.Count == 0) return;
        ulong now = Clock.Now;
        Charge(now);
        if (Current.Scheduling.Level > s_runnable.Highest && !RealTimeShare.IsSpent(now))
        {
            Timers.SetSliceEnd(SliceEnd(Current, now));
            return;
        }
        Current.Usage.InvoluntarySwitches++;
        Current.Process.Usage.InvoluntarySwitches++;
        Current.RunnableSince = now;
        s_runnable.Add(Current, keepsTurn);
        Switch();
    }

    /// <summary>Ends the running thread; its stack is freed by whoever runs next.</summary>
    public static void EndCurrent()
    {
        Current.State = ThreadState.Dead;
        s_dead = Current;
        Switch();
    }

    /// <summary>Gives the CPU to the next runnable thread. The running one is queued somewhere, or dead.</summary>
    public static void Switch()
    {
        Thread previous = Current;
        // Whoever gave up the CPU has had it until now.
        ulong now = Clock.Now;
        LoadAverage.Advance(now, previous == s_idle ? 0 : RunnableCount + (previous.State == ThreadState.Runnable ? 0 : 1));
        Charge(now);
        Thread next = Pick(now);
        Timers.SetSliceEnd(s_runnable.Count == 0 ? ulong.MaxValue : SliceEnd(next, now));
        NeedsSwitch = false;
        s_isPreempted = false;
        if (next == previous) return;
        CpuAccounting.Settle();
        HeapAccounting.Settle(previous.Process);
        if (previous.State == ThreadState.Sleeping)
        {
            previous.Usage.VoluntarySwitches++;
            previous.Process.Usage.VoluntarySwitches++;
        }
        previous.Sequence.WasInterrupted = previous.Sequence.IsRegistered;
        SwitchCount++;
        Current = next;
        next.Usage.WaitTime += now - next.RunnableSince;
        next.Usage.Turns++;
        CpuTimers.Watch();
        Load(previous, next);
        fixed (ulong* saved = &previous.SavedStackPointer) Cpu.SwitchContext(saved, next.SavedStackPointer);
        Finish();
    }

    /// <summary>Counts the time the running thread has had, if it is a real-time one.</summary>
    private static void Charge(ulong now)
    {
        if (Current.Scheduling.Level != 0)
        {
            RealTimeShare.Charge(s_runStart, now);
            Current.RealTimeUsed += now - s_runStart;
        }
        s_runStart = now;
    }

    /// <summary>The thread to run; the idle thread when none could.</summary>
    private static Thread Pick(ulong now)
    {
        int level = s_runnable.Highest;
        if (level < 0) return s_idle;
        if (level > 0 && s_runnable.Has(0) && RealTimeShare.IsSpent(now)) level = 0;
        return s_runnable.Take(level);
    }

    /// <summary>When a thread that has the CPU from now on gives others their turn; <see cref="ulong.MaxValue"/> for never.</summary>
    private static ulong SliceEnd(Thread thread, ulong now)
    {
        if (thread == s_idle || s_runnable.Count == 0) return ulong.MaxValue;
        int level = thread.Scheduling.Level;
        ulong slice = thread.Scheduling.SliceNanoseconds;
        ulong end = s_runnable.Has(level) && slice != ulong.MaxValue ? now + slice : ulong.MaxValue;
        ulong shareEnd = ulong.MaxValue;
        if (level == 0 && s_runnable.Highest > 0) shareEnd = RealTimeShare.PeriodEnd(now);
        else if (level != 0 && s_runnable.Has(0)) shareEnd = RealTimeShare.EndFrom(now);
        return end < shareEnd ? end : shareEnd;
    }

    /// <summary>Loads what belongs to a thread and is not on its stack. Kernel threads keep the address space that is loaded.</summary>
    private static void Load(Thread previous, Thread next)
    {
        AddressSpace space = next.Process.Space;
        if (space == null) return;
        DescriptorTables.SetKernelStack(next.KernelStackTop);
        UserRegisters.Load(next);
        if (!space.IsActive) Cpu.WriteCr3(space.Cr3);
        if (next.Process.HasMixedCredentials) next.Process.ApplyMemoryLimits(next);
        TracePort.ContextSwitch(next.Process.Pid, previous.Process.Pid, space.Cr3);
    }

    /// <summary>A process's resources, the time since the last switch included when it runs.</summary>
    public static ResourceUsage UsageNow(Process process)
    {
        CpuAccounting.Settle();
        ResourceUsage usage = process.Usage;
        if (process.Space != null && process.Space.PeakResidentPages > usage.PeakResidentPages) usage.PeakResidentPages = process.Space.PeakResidentPages;
        return usage;
    }

    [RuntimeExport("thread_started")]
    private static void Finish()
    {
        if (s_dead == null) return;
        Process owner = s_dead.Process;
        s_dead.Destroy();
        HeapAccounting.Settle(owner);
        s_dead = null;
    }
}
