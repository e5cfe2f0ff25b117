using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>A process's timers. fork gives the child none; exec ends those of timer_create.</summary>
internal struct ProcessTimers
{
    public const int RealTimer = 0;
    public const int VirtualTimer = 1;
    public const int ProfileTimer = 2;

    private const int FirstLists = 8;

    // Those of timer_create by number, in as many lists as there are timers or a few more; null for none.
    private PosixTimer[] _lists;
    private int _count;
    private PosixTimer _real;
    private PosixTimer _virtual;
    private PosixTimer _profile;
    private int _nextId;

    /// <summary>Those that run on CPU time and are set, linked by <see cref="PosixTimer.NextCpu"/>.</summary>
    public PosixTimer FirstCpu { get; private set; }

    /// <summary>The number of the next timer of timer_create.</summary>
    public int TakeId() => _nextId++;

    /// <summary>Enters a timer of timer_create.</summary>
    public void Add(PosixTimer timer)
    {
        if (_lists == null || _count >= _lists.Length) Spread(_lists == null ? FirstLists : _lists.Length * 2);
        Enter(timer);
        _count++;
    }

    /// <summary>The timer of timer_create with a number, or null.</summary>
    public PosixTimer Find(int id)
    {
        PosixTimer timer = _lists == null ? null : ListOf(id);
        while (timer != null && timer.Id != id) timer = timer.NextInProcess;
        return timer;
    }

    /// <summary>Ends a timer of timer_create.</summary>
    public void Delete(PosixTimer timer)
    {
        ref PosixTimer list = ref ListOf(timer.Id);
        if (list == timer) list = timer.NextInProcess;
        else
        {
            PosixTimer before = list;
            while (before.NextInProcess != timer) before = before.NextInProcess;
            before.NextInProcess = timer.NextInProcess;
        }
        _count--;
        timer.Destroy();
    }

    /// <summary>setitimer's timer 0 to 2 of the running process, null when it was never set.</summary>
    public readonly PosixTimer IntervalTimer(int which) => which == RealTimer ? _real : which == VirtualTimer ? _virtual : _profile;

    /// <summary>The same, made now if need be.</summary>
    public PosixTimer EnsureIntervalTimer(int which)
    {
        switch (which)
        {
            case RealTimer: return _real ??= new PosixTimer(0, 0, SignalInfo.FromKernel(SignalNumber.Alarm));
            case VirtualTimer: return _virtual ??= new PosixTimer(0, 0, SignalInfo.FromKernel(SignalNumber.VirtualAlarm), CpuClock.OfProcess(CpuTimeKind.User));
            default: return _profile ??= new PosixTimer(0, 0, SignalInfo.FromKernel(SignalNumber.Profile), CpuClock.OfProcess(CpuTimeKind.Profile));
        }
    }

    /// <summary>A timer on CPU time is set.</summary>
    public void Watch(PosixTimer timer)
    {
        timer.IsWatched = true;
        timer.NextCpu = FirstCpu;
        FirstCpu = timer;
        CpuTimers.Watch();
    }

    /// <summary>A timer on CPU time is stopped; fine when it was not set.</summary>
    public void Unwatch(PosixTimer timer)
    {
        if (!timer.IsWatched) return;
        timer.IsWatched = false;
        if (FirstCpu == timer) FirstCpu = timer.NextCpu;
        else
        {
            PosixTimer before = FirstCpu;
            while (before.NextCpu != timer) before = before.NextCpu;
            before.NextCpu = timer.NextCpu;
        }
    }

    /// <summary>Ends those of timer_create: exec.</summary>
    public void DeleteAll()
    {
        _nextId = 0;
        if (_lists == null) return;
        for (int i = 0; i < _lists.Length; i++)
            while (_lists[i] != null) Delete(_lists[i]);
        KernelHeap.Free(_lists);
        _lists = null;
    }

    /// <summary>Ends all: exit.</summary>
    public void Destroy()
    {
        DeleteAll();
        _real?.Destroy();
        _virtual?.Destroy();
        _profile?.Destroy();
        this = default;
    }

    private readonly ref PosixTimer ListOf(int id) => ref _lists[id & (_lists.Length - 1)];

    private readonly void Enter(PosixTimer timer)
    {
        ref PosixTimer list = ref ListOf(timer.Id);
        timer.NextInProcess = list;
        list = timer;
    }

    /// <summary>Distributes the timers over so many lists.</summary>
    private void Spread(int lists)
    {
        PosixTimer[] old = _lists;
        _lists = new PosixTimer[lists];
        if (old == null) return;
        for (int i = 0; i < old.Length; i++)
        {
            for (PosixTimer timer = old[i], next; timer != null; timer = next)
            {
                next = timer.NextInProcess;
                Enter(timer);
            }
        }
        KernelHeap.Free(old);
    }
}
