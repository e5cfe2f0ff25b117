using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>futex(2): wait, wake, requeue, with and without bit sets.</summary>
internal static unsafe class SysFutex
{
    private const uint WaitOperation = 0;
    private const uint WakeOperation = 1;
    private const uint RequeueOperation = 3;
    private const uint CompareRequeueOperation = 4;
    private const uint WaitBitSetOperation = 9;
    private const uint WakeBitSetOperation = 10;
    private const uint OperationMask = 0x7f;
    private const uint RealtimeClock = 0x100;

    public static long Call(TrapFrame* frame)
    {
        AddressSpace space = Scheduler.Current.Process.Space;
        ulong address = frame->Argument0;
        uint operation = (uint)frame->Argument1, value = (uint)frame->Argument2;
        if ((address & 3) != 0) return -Errno.Invalid;
        switch (operation & OperationMask)
        {
            case WaitOperation:
            case WaitBitSetOperation:
                return WaitOn(frame, operation);
            case WakeOperation:
                return Futex.Wake(space, address, (int)value, uint.MaxValue);
            case WakeBitSetOperation:
                return (uint)frame->Argument5 == 0 ? -Errno.Invalid : Futex.Wake(space, address, (int)value, (uint)frame->Argument5);
            case CompareRequeueOperation:
                if (!UserMemory.Read(address, out uint word)) return -Errno.Fault;
                if (word != (uint)frame->Argument5) return -Errno.Again;
                return Futex.Requeue(space, address, (int)value, frame->Argument4, (int)frame->Argument3);
            case RequeueOperation:
                return Futex.Requeue(space, address, (int)value, frame->Argument4, (int)frame->Argument3);
            default:
                return -Errno.NoSystemCall;
        }
    }

    private static long WaitOn(TrapFrame* frame, uint operation)
    {
        bool isBitSet = (operation & OperationMask) == WaitBitSetOperation;
        uint bits = isBitSet ? (uint)frame->Argument5 : uint.MaxValue;
        if (bits == 0) return -Errno.Invalid;
        CallRestart wait = new CallRestart { Address = frame->Argument0, Count = (ulong)bits << 32 | (uint)frame->Argument2, Deadline = ulong.MaxValue };
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
        int result = Futex.Wait(Scheduler.Current.Process.Space, wait.Address, (uint)wait.Count, (uint)(wait.Count >> 32), wait.Deadline);
        if (result != -Errno.RestartCall || wait.Deadline == ulong.MaxValue) return result;
        return CallRestart.Later(new CallRestart { Continue = &Continue, Address = wait.Address, Count = wait.Count, Deadline = wait.Deadline });
    }
}
