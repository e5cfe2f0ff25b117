using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The operations of futex(2) with priority inheritance.</summary>
internal static unsafe class SysLockFutex
{
    public const uint Lock = 6;
    public const uint Unlock = 7;
    public const uint TryLock = 8;
    public const uint WaitRequeue = 11;
    public const uint CompareRequeue = 12;
    public const uint Lock2 = 13;

    public static long Call(TrapFrame* frame, uint command, bool isPrivate, bool isRealtime)
    {
        ulong address = frame->Argument0;
        if (!SysFutex.Find(address, isPrivate, out FutexKey key)) return -Errno.Fault;
        ulong deadline;
        int error;
        switch (command)
        {
            case Lock or Lock2:
                // The older call knows the wall clock only.
                error = ReadDeadline(frame->Argument3, isRealtime || command == Lock, out deadline);
                return error != 0 ? error : LockFutex.Take(key, address, deadline, isTry: false);
            case TryLock: return LockFutex.Take(key, address, ulong.MaxValue, isTry: true);
            case Unlock: return LockFutex.GiveUp(key, address);
            case WaitRequeue or CompareRequeue:
                ulong lockAddress = frame->Argument4;
                if ((lockAddress & 3) != 0) return -Errno.Invalid;
                if (lockAddress >= UserMemory.End || !SysFutex.Find(lockAddress, isPrivate, out FutexKey lockKey)) return -Errno.Fault;
                if (key.Equals(lockKey)) return -Errno.Invalid;
                if (command == CompareRequeue) return Requeue(frame, key, lockKey);
                error = ReadDeadline(frame->Argument3, isRealtime, out deadline);
                return error != 0 ? error : Futex.WaitForLock(key, address, (uint)frame->Argument2, lockKey, lockAddress, deadline);
            default: return -Errno.NoSystemCall;
        }
    }

    private static long Requeue(TrapFrame* frame, in FutexKey key, in FutexKey lockKey)
    {
        int wakeCount = (int)frame->Argument2, moveCount = (int)frame->Argument3;
        if (wakeCount != 1 || moveCount < 0) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument0, out uint word)) return -Errno.Fault;
        return word != (uint)frame->Argument5 ? -Errno.Again : Futex.RequeueToLock(key, lockKey, frame->Argument4, moveCount);
    }

    /// <summary>A point in time of a clock, in <see cref="Clock.Now"/>'s nanoseconds; no address is for ever.</summary>
    public static int ReadDeadline(ulong address, bool isRealtime, out ulong deadline)
    {
        deadline = ulong.MaxValue;
        if (address == 0) return 0;
        int error = Timespec.Read(address, out Timespec time);
        if (error != 0) return error;
        Timespec.ReadClock(isRealtime ? Timespec.Realtime : Timespec.Monotonic, out ulong origin);
        deadline = Clock.Now + (time.Total > origin ? time.Total - origin : 0);
        return 0;
    }
}
