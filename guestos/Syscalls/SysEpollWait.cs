using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>epoll_wait(2), epoll_pwait(2) and epoll_pwait2(2).</summary>
internal static unsafe class SysEpollWait
{
    private const ulong MillisecondNanoseconds = 1000000;
    private const int MaximumEvents = int.MaxValue / 12;

    // A program that has room for more asks again.
    private const int LargestBatch = 256;

    public static long Wait(TrapFrame* frame) => Run(frame, Deadline((int)frame->Argument3), 0, 0);

    public static long WaitMasked(TrapFrame* frame) => Run(frame, Deadline((int)frame->Argument3), frame->Argument4, frame->Argument5);

    /// <summary>epoll_pwait2: the time-out is a struct timespec.</summary>
    public static long WaitTimespec(TrapFrame* frame)
    {
        ulong deadline = ulong.MaxValue;
        if (frame->Argument3 != 0)
        {
            int error = Timespec.Read(frame->Argument3, out Timespec timeout);
            if (error != 0) return error;
            deadline = Clock.Now + timeout.Total;
        }
        return Run(frame, deadline, frame->Argument4, frame->Argument5);
    }

    private static ulong Deadline(int milliseconds) => milliseconds < 0 ? ulong.MaxValue : Clock.Now + (ulong)milliseconds * MillisecondNanoseconds;

    private static long Run(TrapFrame* frame, ulong deadline, ulong maskAddress, ulong maskBytes)
    {
        int capacity = (int)frame->Argument2;
        TemporarySignalMask mask = default;
        long result = mask.Set(maskAddress, maskBytes);
        if (result != 0) return result;
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (capacity <= 0 || capacity > MaximumEvents) result = -Errno.Invalid;
        else if (!UserMemory.IsUserRange(frame->Argument1, (ulong)capacity * (ulong)sizeof(EpollEvent))) result = -Errno.Fault;
        else if (file == null) result = -Errno.BadFile;
        else result = file is EpollFile set ? Loop(set, frame->Argument1, capacity, deadline) : -Errno.Invalid;
        file?.Release();
        mask.End(result == -Errno.Interrupted);
        return result;
    }

    private static long Loop(EpollFile set, ulong address, int capacity, ulong deadline)
    {
        if (capacity > LargestBatch) capacity = LargestBatch;
        EpollEvent* told = (EpollEvent*)KernelHeap.Allocate((ulong)capacity * (ulong)sizeof(EpollEvent));
        long result;
        int error = 0;
        while ((result = Tell(set, told, capacity)) == 0 && error != -Errno.RestartCall && Clock.Now < deadline)
        {
            set.ExpectInput(isWaiting: true);
            if (set.ReadyCount == 0) error = set.Sleep(deadline);
            set.ExpectInput(isWaiting: false);
        }
        // Not made again, whatever the handler's flags, and not after a stop either (signal(7)).
        if (result == 0 && error == -Errno.RestartCall) result = -Errno.Interrupted;
        if (result > 0 && !UserMemory.CopyTo(address, told, (ulong)result * (ulong)sizeof(EpollEvent))) result = -Errno.Fault;
        KernelHeap.Free(told);
        return result;
    }

    /// <summary>Collects the events that hold; returns how many.</summary>
    private static int Tell(EpollFile set, EpollEvent* told, int capacity)
    {
        int count = 0, left = set.ReadyCount;
        while (count < capacity && set.TakeReady(ref left, out uint events, out ulong data)) told[count++] = new EpollEvent { Events = events, Data = data };
        set.WakeNext();
        return count;
    }
}
