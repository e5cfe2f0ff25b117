using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>semget(2), semop(2) and semtimedop(2).</summary>
internal static unsafe class SysSemop
{
    public static long Get(TrapFrame* frame)
    {
        int key = (int)frame->Argument0, count = (int)frame->Argument1;
        uint flags = (uint)frame->Argument2;
        if (count < 0 || count > SemaphoreSet.MaximumSemaphores) return -Errno.Invalid;
        int result = InterprocessCall.Find(SemaphoreSet.Table, key, flags, out InterprocessObject found);
        if (found == null) return result != 0 ? result : SemaphoreSet.Create(key, flags & InterprocessCall.ModeMask, count);
        return result >= 0 && count > ((SemaphoreSet)found).Count ? -Errno.Invalid : result;
    }

    public static long Operate(TrapFrame* frame) => Operate(frame, 0);

    public static long OperateTimed(TrapFrame* frame) => Operate(frame, frame->Argument3);

    private static long Operate(TrapFrame* frame, ulong timeAddress)
    {
        uint count = (uint)frame->Argument2;
        ulong deadline = ulong.MaxValue;
        if (timeAddress != 0)
        {
            int error = Timespec.Read(timeAddress, out Timespec time);
            if (error != 0) return error;
            deadline = Clock.Now + time.Total;
        }
        if (count > SemaphoreSet.MaximumOperations) return -Errno.ArgumentsTooLong;
        ulong bytes = count * (ulong)sizeof(SemaphoreOperation);
        SemaphoreOperation* operations = (SemaphoreOperation*)KernelHeap.Allocate(bytes);
        long result = !UserMemory.CopyFrom(operations, frame->Argument1, bytes) ? -Errno.Fault : count < 1 ? -Errno.Invalid : Operate((int)frame->Argument0, operations, (int)count, deadline);
        KernelHeap.Free(operations);
        return result;
    }

    private static long Operate(int id, SemaphoreOperation* operations, int count, ulong deadline)
    {
        int error = SemaphoreSet.Table.Find(id, out InterprocessObject found);
        if (error != 0) return error;
        SemaphoreSet set = (SemaphoreSet)found;
        uint wanted = InterprocessPermission.Read;
        for (int i = 0; i < count; i++)
        {
            if (operations[i].Number >= set.Count) return -Errno.FileTooBig;
            if (operations[i].Change != 0) wanted = InterprocessPermission.Write;
        }
        return set.Permission.Allows(wanted) ? set.Operate(operations, count, deadline) : -Errno.Access;
    }
}
