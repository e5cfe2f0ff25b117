using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// Everything that happens at a time, on one local APIC timer in one-shot mode: sleeps, alarms, the end of the running thread's slice.
/// Without any of them it runs out once and stays off.
/// </summary>
internal static unsafe class Timers
{
    private static TimerHeap s_waiting;
    private static ulong s_sequence;
    private static ulong s_sliceEnd = ulong.MaxValue;
    private static ulong s_programmed = ulong.MaxValue;

    public static void Initialize()
    {
        Trap.Register(LocalApic.TimerVector, &OnInterrupt);
        LocalApic.EnableTimer();
    }

    /// <summary>Ends the running thread's slice at a time; <see cref="ulong.MaxValue"/> for never.</summary>
    public static void SetSliceEnd(ulong time)
    {
        s_sliceEnd = time;
        // An interrupt that comes too early costs less than to set the hardware at each switch: it finds nothing due, and sets it then.
        if (time < s_programmed) Program();
    }

    /// <summary>True while a slice is running out.</summary>
    public static bool HasSlice => s_sliceEnd != ulong.MaxValue;

    /// <summary>Starts a timer that is not waiting.</summary>
    public static void Start(KernelTimer timer, ulong deadline)
    {
        timer.Deadline = deadline;
        timer.IsWaiting = true;
        timer.Sequence = s_sequence++;
        s_waiting.Add(timer);
        if (deadline < s_programmed) Program();
    }

    /// <summary>Stops a timer; fine when it is not waiting.</summary>
    public static void Cancel(KernelTimer timer)
    {
        if (!timer.IsWaiting) return;
        timer.IsWaiting = false;
        s_waiting.Remove(timer);
    }

    private static void OnInterrupt(TrapFrame* frame)
    {
        InterruptCounters.Count(LocalApic.TimerVector);
        LocalApic.EndOfInterrupt();
        s_programmed = ulong.MaxValue;
        ulong now = Clock.Now;
        while (s_waiting.First != null && s_waiting.First.Deadline <= now)
        {
            KernelTimer timer = s_waiting.First;
            Cancel(timer);
            timer.Expire(now);
        }
        if (s_sliceEnd <= now)
        {
            s_sliceEnd = ulong.MaxValue;
            Scheduler.NeedsSwitch = true;
        }
        Program();
    }

    /// <summary>Sets the hardware for what is due first.</summary>
    private static void Program()
    {
        ulong due = s_waiting.First != null && s_waiting.First.Deadline < s_sliceEnd ? s_waiting.First.Deadline : s_sliceEnd;
        s_programmed = due;
        if (due == ulong.MaxValue)
        {
            LocalApic.StartTimer(0);
            return;
        }
        ulong now = Clock.Now;
        ulong nanoseconds = due > now ? due - now : 0;
        // The count has 32 bits; a longer wait takes several interrupts.
        if (nanoseconds > Clock.NanosecondsPerSecond) nanoseconds = Clock.NanosecondsPerSecond;
        ulong ticks = nanoseconds * LocalApic.TimerFrequency / Clock.NanosecondsPerSecond;
        LocalApic.StartTimer(ticks == 0 ? 1 : (uint)ticks);
    }
}
