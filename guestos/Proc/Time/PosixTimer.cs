using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A timer that sends a signal: of timer_create, setitimer or alarm. A periodic one starts its next period when its signal is taken, and tells then
/// how many periods went by in between (timer_getoverrun(2)).
/// </summary>
internal sealed class PosixTimer : KernelTimer
{
    // A periodic timer whose signal nobody wants is not served more often.
    private const ulong ShortestUnwantedPeriod = 1000000;
    private const ulong MaximumOverrun = int.MaxValue;

    private readonly Process _process;

    // Null when nothing is sent.
    private readonly QueuedSignal _signal;
    private readonly int _threadId;

    public readonly int Id;

    /// <summary>What it runs on, if <see cref="IsCpu"/>; else it is the time since boot.</summary>
    public readonly CpuClock Clock;
    public readonly bool IsCpu;

    public PosixTimer NextInProcess;
    public PosixTimer NextCpu;

    /// <summary>A timer on CPU time is set.</summary>
    public bool IsWatched;

    /// <summary>The time on its clock at which it is, or was last, due.</summary>
    public ulong Due;

    /// <summary>Nanoseconds, 0 for once.</summary>
    public ulong Interval;

    /// <summary>Periods that went by before the last signal was taken.</summary>
    public int LastOverrun;

    /// <summary>CLOCK_REALTIME: settings by absolute time are given on it.</summary>
    public bool IsRealtime;

    /// <summary>A timer of the running process; a thread of 0 is any.</summary>
    public PosixTimer(int id, int threadId, SignalInfo info)
    {
        Id = id;
        _process = Scheduler.Current.Process;
        _threadId = threadId;
        if (info.Signal != 0) _signal = new QueuedSignal { Info = info, Timer = this };
    }

    /// <summary>As the other constructor, on CPU time.</summary>
    public PosixTimer(int id, int threadId, SignalInfo info, in CpuClock clock)
        : this(id, threadId, info)
    {
        Clock = clock;
        IsCpu = true;
    }

    /// <summary>The time on its clock.</summary>
    public ulong Time => IsCpu ? Clock.Now : Arch.Clock.Now;

    /// <summary>Nanoseconds until it is due, 0 when it is not set.</summary>
    public ulong Left
    {
        get
        {
            bool isSet = IsWaiting || IsWatched || Interval != 0 && _signal != null && _signal.IsQueued;
            if (!isSet) return 0;
            ulong now = Time;
            if (Due > now) return Due - now;
            return Interval == 0 ? 1 : Interval - (now - Due) % Interval;
        }
    }

    /// <summary>Sets it to a time on its clock, or stops it (0); a signal that has not been taken is forgotten.</summary>
    public void Set(ulong due, ulong interval)
    {
        Stop();
        Interval = interval;
        LastOverrun = 0;
        if (due != 0) Start(due);
    }

    public void Destroy()
    {
        Stop();
        KernelHeap.Free(_signal);
        KernelHeap.Free(this);
    }

    public override void Expire(ulong now) => Fire(now);

    /// <summary>As <see cref="Expire"/>, on CPU time.</summary>
    public void ExpireCpu(ulong now)
    {
        _process.Timers.Unwatch(this);
        Fire(now);
    }

    /// <summary>A thread takes the signal: the next period starts, and the signal tells of those that went by.</summary>
    public void Delivered(ref SignalInfo info)
    {
        LastOverrun = 0;
        if (Interval != 0)
        {
            ulong missed = Forward(Time);
            LastOverrun = (int)(missed < MaximumOverrun ? missed : MaximumOverrun);
        }
        if (info.Code == SignalCode.Timer) info.UserId = LastOverrun;
    }

    private void Fire(ulong now)
    {
        Thread thread = _threadId == 0 ? null : ProcessTable.FindThread(_threadId);
        bool isLost = _threadId != 0 && (thread == null || thread.Process != _process);
        if (_signal != null && !isLost && Signal.SendFromTimer(_process, thread, _signal)) return;
        if (Interval == 0) return;
        // Nobody will take a signal: the next period starts now.
        Forward(Interval < ShortestUnwantedPeriod ? now + ShortestUnwantedPeriod : now);
    }

    /// <summary>Starts the first period that ends after a time; returns how many others went by.</summary>
    private ulong Forward(ulong now)
    {
        ulong missed = now > Due ? (now - Due) / Interval : 0;
        Start(Due + (missed + 1) * Interval);
        return missed;
    }

    private void Start(ulong due)
    {
        Due = due;
        if (IsCpu) _process.Timers.Watch(this);
        else Timers.Start(this, due);
    }

    private void Stop()
    {
        Timers.Cancel(this);
        if (IsCpu) _process.Timers.Unwatch(this);
        if (_signal == null || !_signal.IsQueued) return;
        if (_threadId == 0) _process.Signals.Pending.Remove(_signal);
        else ProcessTable.FindThread(_threadId)?.Pending.Remove(_signal);
    }
}
