using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The OOM killer: when no frame can be had, the process that would free most ends, and whoever asked tries again.</summary>
internal static class OutOfMemory
{
    /// <summary>The adjustment that exempts a process.</summary>
    public const int NeverKill = -1000;
    public const int MaximumAdjustment = 1000;

    /// <summary>vm.panic_on_oom: unless 0, the kernel gives up instead.</summary>
    public static int Panics;

    /// <summary>vm.oom_kill_allocating_task: unless 0, whoever asked for memory ends, whatever its size.</summary>
    public static int KillsRequester;

    /// <summary>vm.oom_dump_tasks: unless 0, the report lists all processes.</summary>
    public static int ListsProcesses = 1;

    /// <summary>Processes killed so far, for /proc/vmstat.</summary>
    public static ulong KillCount { get; private set; }

    /// <summary>
    /// Frees memory for the running thread: waits for a process that is dying already, or kills one. When it returns, either memory is free or the
    /// running process itself is doomed.
    /// </summary>
    public static void Relieve()
    {
        Thread current = Scheduler.Current;
        HeapAccounting.Settle(current.Process);
        while (FrameAllocator.IsExhausted && !Signal.IsDying(current))
        {
            if (!IsAnyDying())
            {
                Process victim = KillsRequester != 0 && current.Process.OutOfMemoryAdjustment != NeverKill ? current.Process : FindVictim();
                if (Panics != 0) Panic.Because("out of memory, and vm.panic_on_oom is set");
                if (victim == null) Panic.Because("out of memory, and no process may be killed");
                OutOfMemoryReport.Write(current.Process, victim, ListsProcesses != 0);
                Kill(victim);
                if (victim == current.Process) return;
            }
            Scheduler.Yield();
        }
    }

    /// <summary>What a process's end would free, in pages, with its adjustment applied; negative for one that must not be killed.</summary>
    public static long Badness(Process process)
    {
        if (process.Space == null || process.Pid == 1 || process.OutOfMemoryAdjustment == NeverKill) return -1;
        long points = AdjustedPages(process) + KernelShare(process);
        return points > 0 ? points : 1;
    }

    /// <summary>/proc/PID/oom_score: 0 to 2000, 666 for a small process without adjustment, as Linux computes it.</summary>
    public static ulong Score(Process process)
    {
        if (process.Space == null || process.OutOfMemoryAdjustment == NeverKill) return 0;
        long score = (MaximumAdjustment + AdjustedPages(process) * MaximumAdjustment / (long)TotalPages) * 2 / 3;
        return score < 0 ? 0 : (ulong)score;
    }

    /// <summary>What programs can have at most: RAM and swap space.</summary>
    private static ulong TotalPages => FrameAllocator.TotalFrames + SwapArea.TotalPages;

    private static long AdjustedPages(Process process) =>
        (long)(process.Space.ResidentPages + process.Space.SwapPages + process.Space.TablePages) + process.OutOfMemoryAdjustment * (long)(TotalPages / MaximumAdjustment);

    /// <summary>What the kernel keeps for a process besides: Linux leaves it out, and kills others for who has a thousand threads or full pipes.</summary>
    private static long KernelShare(Process process)
    {
        long stacks = process.ThreadCount > 1 ? (process.ThreadCount - 1) * (long)Thread.StackPages : 0;
        long buffers = process.Files == null ? 0 : (long)process.Files.BufferPages;
        return stacks + buffers + (process.HeapBytes > 0 ? process.HeapBytes >> 12 : 0);
    }

    private static bool IsAnyDying()
    {
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            if (process.Space != null && process.FirstThread != null && Signal.IsDying(process.FirstThread)) return true;
        return false;
    }

    private static Process FindVictim()
    {
        Process victim = null;
        long worst = 0;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            long points = Badness(process);
            if (points <= worst) continue;
            worst = points;
            victim = process;
        }
        return victim;
    }

    /// <summary>Every process that shares the victim's memory ends with it, or nothing would be freed.</summary>
    private static void Kill(Process victim)
    {
        KillCount++;
        AddressSpace space = victim.Space;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            if (process.Space == space) Signal.SendToProcess(process, SignalInfo.FromKernel(SignalNumber.Kill));
    }
}
