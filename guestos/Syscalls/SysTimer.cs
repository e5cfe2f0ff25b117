using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>timer_create(2), timer_settime(2), timer_gettime(2), timer_getoverrun(2) and timer_delete(2).</summary>
internal static unsafe class SysTimer
{
    private const int SendToThread = 4;
    private const ulong AbsoluteTime = 1;

    public static long Create(TrapFrame* frame)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        int clock = (int)frame->Argument0;
        bool isCpu = CpuClock.Find(clock, out CpuClock cpuClock);
        if (!isCpu && !Timespec.ReadClock(clock, out _)) return -Errno.Invalid;
        if (!isCpu && !Timespec.CanWake(clock)) return -Errno.NotSupported;
        if (isCpu && !cpuClock.IsOwn) return -Errno.Invalid;
        Process process = Scheduler.Current.Process;
        int id = process.Timers.TakeId();
        SignalEvent sent = new SignalEvent { Signal = SignalNumber.Alarm, Value = (uint)id };
        if (frame->Argument1 != 0 && !UserMemory.Read(frame->Argument1, out sent)) return -Errno.Fault;
        if (!IsValid(sent)) return -Errno.Invalid;
        int threadId = (sent.Notify & SendToThread) != 0 ? sent.ThreadId : 0;
        SignalInfo info = new SignalInfo { Signal = sent.Notify == SignalEvent.NotAtAll ? 0 : sent.Signal, Code = SignalCode.Timer, Pid = id, Value = sent.Value };
        PosixTimer timer = isCpu ? new PosixTimer(id, threadId, info, cpuClock) : new PosixTimer(id, threadId, info);
        timer.IsRealtime = !isCpu && Timespec.IsRealtime(clock);
        process.Timers.Add(timer);
        if (UserMemory.Write(frame->Argument2, id)) return 0;
        process.Timers.Delete(timer);
        return -Errno.Fault;
    }

    public static long Set(TrapFrame* frame)
    {
        if (!UserMemory.Read(frame->Argument2, out TimerSetting setting)) return -Errno.Fault;
        if (!setting.IsValid) return -Errno.Invalid;
        PosixTimer timer = Find(frame);
        if (timer == null) return -Errno.Invalid;
        TimerSetting old = TimerSetting.From(timer.Left, timer.Interval);
        ulong due = setting.Due(timer.Time, timer.IsRealtime, (frame->Argument1 & AbsoluteTime) != 0);
        timer.Set(due, due == 0 ? 0 : setting.Interval.Total);
        return frame->Argument3 == 0 || UserMemory.Write(frame->Argument3, old) ? 0 : -Errno.Fault;
    }

    public static long Get(TrapFrame* frame)
    {
        PosixTimer timer = Find(frame);
        if (timer == null) return -Errno.Invalid;
        return UserMemory.Write(frame->Argument1, TimerSetting.From(timer.Left, timer.Interval)) ? 0 : -Errno.Fault;
    }

    public static long GetOverrun(TrapFrame* frame)
    {
        PosixTimer timer = Find(frame);
        return timer == null ? -Errno.Invalid : timer.LastOverrun;
    }

    public static long Delete(TrapFrame* frame)
    {
        PosixTimer timer = Find(frame);
        if (timer == null) return -Errno.Invalid;
        Scheduler.Current.Process.Timers.Delete(timer);
        return 0;
    }

    private static PosixTimer Find(TrapFrame* frame) => Scheduler.Current.Process.Timers.Find((int)frame->Argument0);

    private static bool IsValid(in SignalEvent sent)
    {
        if (sent.Notify == SignalEvent.NotAtAll) return true;
        if (!sent.HasSignal || (sent.Notify & ~(SendToThread | SignalEvent.ByThread)) != SignalEvent.BySignal) return false;
        return (sent.Notify & SendToThread) == 0 || ProcessTable.FindThread(sent.ThreadId)?.Process == Scheduler.Current.Process;
    }
}
