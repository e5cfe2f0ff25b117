namespace GuestOs.Proc;

/// <summary>A clock that runs while a process or one of its threads does: CLOCK_PROCESS_CPUTIME_ID and its kin.</summary>
internal readonly struct CpuClock
{
    public const int ProcessClock = 2;
    public const int ThreadClock = 3;

    // A negative clock's low bits (Linux's posix-timers.h): which time, and whose; the number's complement is above them.
    private const int OfThread = 4;
    private const int WhichMask = 3;
    private const int DeviceClock = 3;

    private readonly int _id;
    private readonly bool _isThread;
    private readonly CpuTimeKind _kind;

    private CpuClock(int id, bool isThread, CpuTimeKind kind)
    {
        _id = id;
        _isThread = isThread;
        _kind = kind;
    }

    /// <summary>The running process's clock for one kind of time.</summary>
    public static CpuClock OfProcess(CpuTimeKind kind) => new CpuClock(Scheduler.Current.Process.Pid, isThread: false, kind);

    /// <summary>The process is the running one, or the thread one of its threads.</summary>
    public bool IsOwn => _isThread ? ProcessTable.FindThread(_id)?.Process == Scheduler.Current.Process : _id == Scheduler.Current.Process.Pid;

    /// <summary>True for the running thread's own clock.</summary>
    public bool IsOfCurrentThread => _isThread && _id == Scheduler.Current.Id;

    /// <summary>Finds a clock by its number; false when it is none, or names nobody that may be measured.</summary>
    public static bool Find(int clock, out CpuClock result)
    {
        result = OfProcess(CpuTimeKind.All);
        if (clock == ProcessClock) return true;
        if (clock == ThreadClock)
        {
            result = new CpuClock(Scheduler.Current.Id, isThread: true, CpuTimeKind.All);
            return true;
        }
        if (clock >= 0 || (clock & WhichMask) == DeviceClock) return false;
        bool isThread = (clock & OfThread) != 0;
        int id = ~(clock >> 3);
        if (id == 0) id = isThread ? Scheduler.Current.Id : Scheduler.Current.Process.Pid;
        result = new CpuClock(id, isThread, (CpuTimeKind)(clock & WhichMask));
        // Threads of other processes are not to be measured one by one.
        return isThread ? result.IsOwn : ProcessTable.Find(id) != null;
    }

    /// <summary>Nanoseconds; 0 when nobody is there any more.</summary>
    public ulong Now
    {
        get
        {
            CpuAccounting.Settle();
            if (_isThread)
            {
                Thread thread = ProcessTable.FindThread(_id);
                return thread == null ? 0 : Of(thread.Usage);
            }
            Process process = ProcessTable.Find(_id);
            return process == null ? 0 : Of(process.Usage);
        }
    }

    private ulong Of(in ResourceUsage usage) => _kind == CpuTimeKind.User ? usage.UserTime : usage.CpuTime;
}

/// <summary>Which of a process's time counts; the values are Linux's.</summary>
internal enum CpuTimeKind
{
    Profile = 0,
    User = 1,
    All = 2,
}
