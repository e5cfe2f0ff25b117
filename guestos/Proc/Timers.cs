using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// Everything that happens at a time, on one local APIC timer in one-shot mode: sleeps, alarms, the end of the running thread's slice.
/// Without any of them the timer stays off.
/// </summary>
internal static unsafe class Timers
{
    private static KernelTimer s_first;
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
        if (s_sliceEnd == time) return;
        s_sliceEnd = time;
        Program();
    }

    /// <summary>True while a slice is running out.</summary>
    public static bool HasSlice => s_sliceEnd != ulong.MaxValue;

    /// <summary>Wakes a thread that is about to sleep when the time comes.</summary>
    public static void WakeAt(Thread thread, ulong deadline)
    {
        thread.Timer.Sleeper = thread;
        Start(thread.Timer, deadline);
    }

    /// <summary>Starts a timer that is not waiting.</summary>
    public static void Start(KernelTimer timer, ulong deadline)
    {
        timer.Deadline = deadline;
        timer.IsWaiting = true;
        KernelTimer before = null;
        KernelTimer after = s_first;
        while (after != null && after.Deadline <= deadline)
        {
            before = after;
            after = after.Next;
        }
        timer.Previous = before;
        timer.Next = after;
        if (after != null) after.Previous = timer;
        if (before != null) before.Next = timer;
        else
        {
            s_first = timer;
            Program();
        }
    }

    /// <summary>Stops a timer; fine when it is not waiting.</summary>
    public static void Cancel(KernelTimer timer)
    {
        if (!timer.IsWaiting) return;
        timer.IsWaiting = false;
        if (timer.Next != null) timer.Next.Previous = timer.Previous;
        if (timer.Previous != null) timer.Previous.Next = timer.Next;
        else s_first = timer.Next;
        timer.Next = null;
        timer.Previous = null;
    }

    private static void OnInterrupt(TrapFrame* frame)
    {
        LocalApic.EndOfInterrupt();
        s_programmed = ulong.MaxValue;
        ulong now = Clock.Now;
        while (s_first != null && s_first.Deadline <= now) Expire(s_first, now);
        if (s_sliceEnd <= now)
        {
            s_sliceEnd = ulong.MaxValue;
            Scheduler.NeedsSwitch = true;
        }
        Program();
    }

    private static void Expire(KernelTimer timer, ulong now)
    {
        Cancel(timer);
        if (timer.Sleeper != null && timer.Sleeper.Queue != null)
        {
            timer.Sleeper.HasTimedOut = true;
            WaitQueue.Wake(timer.Sleeper);
        }
        if (timer.AlarmOwner == null) return;
        Signal.SendToProcess(timer.AlarmOwner, SignalInfo.FromKernel(SignalNumber.Alarm));
        if (timer.Interval != 0) Start(timer, now + timer.Interval);
    }

    /// <summary>Sets the hardware for what is due first.</summary>
    private static void Program()
    {
        ulong due = s_first != null && s_first.Deadline < s_sliceEnd ? s_first.Deadline : s_sliceEnd;
        if (due == s_programmed) return;
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
