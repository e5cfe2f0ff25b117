using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A timer as a file: timerfd_create(2). A periodic one starts its next period when its count is read.</summary>
internal sealed unsafe class TimerFile : OpenFile
{
    private readonly WaitQueue _readable = new WaitQueue();
    private readonly Alarm _alarm;

    // The time at which the timer stands has come.
    private bool _isDue;
    private ulong _interval;

    public TimerFile(uint flags, bool isRealtime)
    {
        AnonymousInode.Attach(this, "anon_inode:[timerfd]"u8);
        Flags = flags | OpenFlags.ReadWrite;
        IsRealtime = isRealtime;
        _alarm = new Alarm(this);
    }

    /// <summary>On CLOCK_REALTIME.</summary>
    public bool IsRealtime { get; }

    /// <summary>Nanoseconds of a period, 0 for once.</summary>
    public ulong Interval => _interval;

    /// <summary>Nanoseconds until it is due next, 0 when it is not set.</summary>
    public ulong Left
    {
        get
        {
            ulong now = Clock.Now;
            if (_alarm.IsWaiting) return _alarm.Deadline > now ? _alarm.Deadline - now : 1;
            return _isDue && _interval != 0 ? _interval - (now - _alarm.Deadline) % _interval : 0;
        }
    }

    /// <summary>Sets it to a time since boot, 0 for never.</summary>
    public void Set(ulong due, ulong interval)
    {
        Timers.Cancel(_alarm);
        _isDue = false;
        _interval = interval;
        if (due != 0) Timers.Start(_alarm, due);
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (lengthBytes < sizeof(ulong)) return -Errno.Invalid;
        while (!_isDue)
        {
            if (IsNonBlocking) return -Errno.Again;
            int error = _readable.Sleep();
            if (error != 0) return error;
        }
        ulong count = 1;
        if (_interval != 0)
        {
            ulong missed = (Clock.Now - _alarm.Deadline) / _interval;
            count += missed;
            Timers.Start(_alarm, _alarm.Deadline + count * _interval);
        }
        _isDue = false;
        return buffer.Put(0, &count, sizeof(ulong)) ? sizeof(ulong) : -Errno.Fault;
    }

    public override uint Poll(uint events)
    {
        _readable.Watch();
        return _isDue ? events & PollEvents.AnyIn : 0;
    }

    protected override void Close()
    {
        Timers.Cancel(_alarm);
        KernelHeap.Free(_alarm);
        _readable.Destroy();
    }

    private sealed class Alarm : KernelTimer
    {
        private readonly TimerFile _file;

        public Alarm(TimerFile file) => _file = file;

        public override void Expire(ulong now)
        {
            _file._isDue = true;
            _file._readable.WakeAll();
        }
    }
}
