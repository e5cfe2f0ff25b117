using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>futex(2); <see cref="SysLockFutex"/> has the operations with priority inheritance.</summary>
internal static unsafe class SysFutex
{
    private const uint WaitOperation = 0;
    private const uint WakeOperation = 1;
    private const uint RequeueOperation = 3;
    private const uint CompareRequeueOperation = 4;
    private const uint WakeModifyOperation = 5;
    private const uint WaitBitSetOperation = 9;
    private const uint WakeBitSetOperation = 10;
    private const uint OperationMask = 0x7f;
    private const uint PrivateFlag = 0x80;
    private const uint RealtimeClock = 0x100;

    public static long Call(TrapFrame* frame)
    {
        ulong address = frame->Argument0;
        uint operation = (uint)frame->Argument1, value = (uint)frame->Argument2, command = operation & OperationMask;
        bool isPrivate = (operation & PrivateFlag) != 0;
        bool mayUseRealtime = command is WaitOperation or WaitBitSetOperation or SysLockFutex.WaitRequeue or SysLockFutex.Lock2;
        if ((operation & RealtimeClock) != 0 && !mayUseRealtime) return -Errno.NoSystemCall;
        if (command > SysLockFutex.Lock2) return -Errno.NoSystemCall;
        if ((address & 3) != 0) return -Errno.Invalid;
        if (address >= UserMemory.End) return -Errno.Fault;
        switch (command)
        {
            case WaitOperation or WaitBitSetOperation: return WaitOn(frame, operation);
            case WakeOperation: return Wake(address, isPrivate, (int)value, uint.MaxValue);
            case WakeBitSetOperation:
                return (uint)frame->Argument5 == 0 ? -Errno.Invalid : Wake(address, isPrivate, (int)value, (uint)frame->Argument5);
            case CompareRequeueOperation or RequeueOperation: return Requeue(frame, isPrivate, command == CompareRequeueOperation);
            case WakeModifyOperation: return WakeAndModify(frame, isPrivate);
            default: return SysLockFutex.Call(frame, command, isPrivate, (operation & RealtimeClock) != 0);
        }
    }

    /// <summary>A shared word must be there to be found.</summary>
    public static bool Find(ulong address, bool isPrivate, out FutexKey key)
    {
        AddressSpace space = Scheduler.Current.Process.Space;
        key = isPrivate ? FutexKey.OfPrivate(space, address) : FutexKey.OfShared(space, address);
        return isPrivate || space.Find(address) != null;
    }

    private static long Wake(ulong address, bool isPrivate, int count, uint bits) =>
        Find(address, isPrivate, out FutexKey key) ? Futex.Wake(key, count, bits) : -Errno.Fault;

    private static long Requeue(TrapFrame* frame, bool isPrivate, bool isCompared)
    {
        int wakeCount = (int)frame->Argument2, moveCount = (int)frame->Argument3;
        if (wakeCount < 0 || moveCount < 0 || (frame->Argument4 & 3) != 0) return -Errno.Invalid;
        if (!Find(frame->Argument0, isPrivate, out FutexKey key) || !Find(frame->Argument4, isPrivate, out FutexKey target)) return -Errno.Fault;
        if (isCompared)
        {
            if (!UserMemory.Read(frame->Argument0, out uint word)) return -Errno.Fault;
            if (word != (uint)frame->Argument5) return -Errno.Again;
        }
        return Futex.Requeue(key, wakeCount, target, moveCount);
    }

    /// <summary>FUTEX_WAKE_OP: changes the second word, wakes on the first, and on the second too if its old value compares as asked.</summary>
    private static long WakeAndModify(TrapFrame* frame, bool isPrivate)
    {
        FutexModification modification = new FutexModification((uint)frame->Argument5);
        if (!modification.IsValid) return -Errno.NoSystemCall;
        ulong second = frame->Argument4;
        if ((second & 3) != 0) return -Errno.Invalid;
        if (!Find(frame->Argument0, isPrivate, out FutexKey key) || !Find(second, isPrivate, out FutexKey secondKey)) return -Errno.Fault;
        if (!UserMemory.Read(second, out uint old)) return -Errno.Fault;
        while (true)
        {
            if (!UserMemory.CompareExchange(second, old, modification.Apply(old), out uint found)) return -Errno.Fault;
            if (found == old) break;
            old = found;
        }
        int woken = Futex.Wake(key, (int)frame->Argument2, uint.MaxValue);
        if (modification.Compare(old)) woken += Futex.Wake(secondKey, (int)frame->Argument3, uint.MaxValue);
        return woken;
    }

    private static long WaitOn(TrapFrame* frame, uint operation)
    {
        bool isBitSet = (operation & OperationMask) == WaitBitSetOperation;
        uint bits = isBitSet ? (uint)frame->Argument5 : uint.MaxValue;
        if (bits == 0) return -Errno.Invalid;
        CallRestart wait = new CallRestart
        {
            // The address is a multiple of 4.
            Address = frame->Argument0 | ((operation & PrivateFlag) != 0 ? 1UL : 0),
            Count = (ulong)bits << 32 | (uint)frame->Argument2,
            Deadline = ulong.MaxValue,
        };
        if (frame->Argument3 != 0)
        {
            int error = Timespec.Read(frame->Argument3, out Timespec time);
            if (error != 0) return error;
            // Only the bit set form takes a point in time.
            ulong origin = 0;
            if (isBitSet) Timespec.ReadClock((operation & RealtimeClock) != 0 ? Timespec.Realtime : Timespec.Monotonic, out origin);
            wait.Deadline = Clock.Now + (time.Total > origin ? time.Total - origin : 0);
        }
        return Continue(wait);
    }

    private static long Continue(in CallRestart wait)
    {
        ulong address = wait.Address & ~1UL;
        if (!Find(address, (wait.Address & 1) != 0, out FutexKey key)) return -Errno.Fault;
        int result = Futex.Wait(key, address, (uint)wait.Count, (uint)(wait.Count >> 32), wait.Deadline);
        if (result != -Errno.RestartCall || wait.Deadline == ulong.MaxValue) return result;
        return CallRestart.Later(new CallRestart { Continue = &Continue, Address = wait.Address, Count = wait.Count, Deadline = wait.Deadline });
    }
}
