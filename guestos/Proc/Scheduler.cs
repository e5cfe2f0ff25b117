using System.Runtime;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Round robin over the runnable threads, 10 ms each at <see cref="Niceness"/> 0. Preemption happens on the way back to user mode only; with one runnable thread no timer runs.
/// </summary>
internal static unsafe class Scheduler
{
    /// <summary>How long a thread of niceness 0 runs while others could.</summary>
    public const ulong SliceNanoseconds = 10000000;

    private static Thread s_idle;
    private static Thread s_firstRunnable;
    private static Thread s_lastRunnable;

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
    public static int RunnableCount { get; private set; }

    /// <summary>Makes the boot stack's flow the idle thread of process 0.</summary>
    public static void Initialize()
    {
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
            if (s_firstRunnable != null)
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

    /// <summary>Puts a thread at the end of the run queue.</summary>
    public static void MakeRunnable(Thread thread)
    {
        thread.State = ThreadState.Runnable;
        thread.NextRunnable = null;
        thread.RunnableSince = Clock.Now;
        if (s_lastRunnable != null) s_lastRunnable.NextRunnable = thread;
        else s_firstRunnable = thread;
        s_lastRunnable = thread;
        RunnableCount++;
        // The running thread had the CPU for itself until now.
        if (Current != s_idle && !Timers.HasSlice) Timers.SetSliceEnd(Clock.Now + Niceness.Slice(Current.Nice));
    }

    /// <summary>Lets the others run first.</summary>
    public static void Yield()
    {
        NeedsSwitch = false;
        if (s_firstRunnable == null) return;
        Current.Usage.InvoluntarySwitches++;
        Current.Process.Usage.InvoluntarySwitches++;
        MakeRunnable(Current);
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
        LoadAverage.Advance(Clock.Now, previous == s_idle ? 0 : RunnableCount + (previous.State == ThreadState.Runnable ? 0 : 1));
        Thread next = s_firstRunnable;
        if (next == null) next = s_idle;
        else
        {
            s_firstRunnable = next.NextRunnable;
            if (s_firstRunnable == null) s_lastRunnable = null;
            RunnableCount--;
        }
        Timers.SetSliceEnd(s_firstRunnable == null || next == s_idle ? ulong.MaxValue : Clock.Now + Niceness.Slice(next.Nice));
        NeedsSwitch = false;
        if (next == previous) return;
        CpuAccounting.Settle();
        HeapAccounting.Settle(previous.Process);
        if (previous.State == ThreadState.Sleeping)
        {
            previous.Usage.VoluntarySwitches++;
            previous.Process.Usage.VoluntarySwitches++;
        }
        SwitchCount++;
        Current = next;
        next.Usage.WaitTime += Clock.Now - next.RunnableSince;
        next.Usage.Turns++;
        CpuTimers.Watch();
        Load(previous, next);
        fixed (ulong* saved = &previous.SavedStackPointer) Cpu.SwitchContext(saved, next.SavedStackPointer);
        Finish();
    }

    /// <summary>Loads what belongs to a thread and is not on its stack. Kernel threads keep the address space that is loaded.</summary>
    private static void Load(Thread previous, Thread next)
    {
        AddressSpace space = next.Process.Space;
        if (space == null) return;
        DescriptorTables.SetKernelStack(next.KernelStackTop);
        UserRegisters.Load(next);
        if (!space.IsActive) Cpu.WriteCr3(space.Cr3);
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
