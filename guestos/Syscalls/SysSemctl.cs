using System.Runtime.InteropServices;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>semctl(2).</summary>
internal static unsafe class SysSemctl
{
    private const int GetPid = 11;
    private const int GetValue = 12;
    private const int GetAll = 13;
    private const int GetWaitingForMore = 14;
    private const int GetWaitingForZero = 15;
    private const int SetValue = 16;
    private const int SetAll = 17;
    private const int StatusAt = 18;
    private const int Use = 19;
    private const int AnyStatusAt = 20;

    /// <summary>struct semid64_ds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SetStatus
    {
        public InterprocessStatus Permission;
        public ulong OperationTime, Unused1, ChangeTime, Unused2, Count, Unused3, Unused4;
    }

    /// <summary>struct seminfo.</summary>
    private struct Information
    {
        public int MapEntries, MaximumSets, MaximumSemaphores, UndoStructures, MaximumPerSet, MaximumOperations, UndoEntries, SetsOrUndoBytes, MaximumValue, Semaphores;
    }

    public static long Call(TrapFrame* frame)
    {
        int id = (int)frame->Argument0, number = (int)frame->Argument1, command = (int)frame->Argument2;
        ulong argument = frame->Argument3;
        if (id < 0) return -Errno.Invalid;
        if (command is InterprocessCall.Information or Use) return ShowInformation(argument, command == Use);
        bool isIndex = command is StatusAt or AnyStatusAt;
        if (!isIndex && command is not (InterprocessCall.Remove or InterprocessCall.Set or InterprocessCall.Status or (>= GetPid and <= SetAll))) return -Errno.Invalid;
        // Read first: the copy may sleep, and the set go meanwhile.
        SetStatus wanted = default;
        if (command == InterprocessCall.Set && !UserMemory.Read(argument, out wanted)) return -Errno.Fault;
        InterprocessObject found = isIndex ? SemaphoreSet.Table.At(id) : null;
        int error = isIndex ? found == null ? -Errno.Invalid : 0 : SemaphoreSet.Table.Find(id, out found);
        if (error != 0) return error;
        SemaphoreSet set = (SemaphoreSet)found;
        switch (command)
        {
            case InterprocessCall.Remove: return InterprocessCall.RemoveFrom(SemaphoreSet.Table, set);
            case InterprocessCall.Set:
                if (!set.Permission.IsOwner) return -Errno.NotPermitted;
                wanted.Permission.Apply(set);
                return 0;
            case SetValue or SetAll: return !set.Permission.Allows(InterprocessPermission.Write) ? -Errno.Access : Change(set, id, number, command, argument);
        }
        if (command != AnyStatusAt && !set.Permission.Allows(InterprocessPermission.Read)) return -Errno.Access;
        return isIndex || command == InterprocessCall.Status ? ShowStatus(set, argument, isIndex) : Read(set, number, command, argument);
    }

    private static long ShowStatus(SemaphoreSet set, ulong address, bool isIndex)
    {
        long result = isIndex ? set.Id : 0;
        SetStatus status = new SetStatus
        {
            Permission = InterprocessStatus.Of(set),
            OperationTime = set.OperationTime,
            ChangeTime = set.ChangeTime,
            Count = (ulong)set.Count,
        };
        return UserMemory.Write(address, status) ? result : -Errno.Fault;
    }

    private static long Read(SemaphoreSet set, int number, int command, ulong address)
    {
        if (command == GetAll)
        {
            ulong bytes = (ulong)set.Count * sizeof(ushort);
            ushort* copy = (ushort*)KernelHeap.Allocate(bytes);
            for (int i = 0; i < set.Count; i++) copy[i] = set.Values[i];
            bool isCopied = UserMemory.CopyTo(address, copy, bytes);
            KernelHeap.Free(copy);
            return isCopied ? 0 : -Errno.Fault;
        }
        if ((uint)number >= (uint)set.Count) return -Errno.Invalid;
        return command switch
        {
            GetPid => set.Pids[number],
            GetValue => set.Values[number],
            GetWaitingForMore => set.CountWaiting(number, forZero: false),
            _ => set.CountWaiting(number, forZero: true),
        };
    }

    private static long Change(SemaphoreSet set, int id, int number, int command, ulong argument)
    {
        if (command == SetValue)
        {
            int value = (int)argument;
            if ((uint)number >= (uint)set.Count) return -Errno.Invalid;
            if (value < 0 || value > SemaphoreSet.MaximumValue) return -Errno.Range;
            set.Set(number, (ushort)value);
            return 0;
        }
        int count = set.Count;
        ulong bytes = (ulong)count * sizeof(ushort);
        ushort* values = (ushort*)KernelHeap.Allocate(bytes);
        int error = UserMemory.CopyFrom(values, argument, bytes) ? 0 : -Errno.Fault;
        for (int i = 0; i < count && error == 0; i++)
            if (values[i] > SemaphoreSet.MaximumValue) error = -Errno.Range;
        // The copy may have slept, and the set gone.
        if (error == 0 && (SemaphoreSet.Table.Find(id, out InterprocessObject found) != 0 || found != set)) error = -Errno.IdentifierRemoved;
        for (int i = 0; i < count && error == 0; i++) set.Set(i, values[i]);
        KernelHeap.Free(values);
        return error;
    }

    private static long ShowInformation(ulong address, bool isUse)
    {
        const int UndoBytes = 20;
        Information information = new Information
        {
            MapEntries = SemaphoreSet.MaximumOfAll,
            MaximumSets = InterprocessTable.MaximumCount,
            MaximumSemaphores = SemaphoreSet.MaximumOfAll,
            UndoStructures = SemaphoreSet.MaximumOfAll,
            MaximumPerSet = SemaphoreSet.MaximumSemaphores,
            MaximumOperations = SemaphoreSet.MaximumOperations,
            UndoEntries = SemaphoreSet.MaximumOperations,
            SetsOrUndoBytes = isUse ? SemaphoreSet.Table.Count : UndoBytes,
            MaximumValue = SemaphoreSet.MaximumValue,
            Semaphores = isUse ? SemaphoreSet.TotalCount : SemaphoreSet.MaximumValue,
        };
        int highest = SemaphoreSet.Table.HighestIndex;
        return UserMemory.Write(address, information) ? highest < 0 ? 0 : highest : -Errno.Fault;
    }
}
