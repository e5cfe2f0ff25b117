using System.Runtime.InteropServices;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>msgctl(2).</summary>
internal static unsafe class SysMsgctl
{
    private const int StatusAt = 11;
    private const int Use = 12;
    private const int AnyStatusAt = 13;

    /// <summary>struct msqid64_ds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct QueueStatus
    {
        public InterprocessStatus Permission;
        public ulong SendTime, ReceiveTime, ChangeTime, Bytes, MessageCount, CapacityBytes;
        public int LastSender, LastReceiver;
        public ulong Unused1, Unused2;
    }

    /// <summary>struct msginfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Information
    {
        public int PoolOrQueues, MapOrMessages, MaximumMessageBytes, QueueBytes, MaximumQueues, SegmentBytes, HeadersOrBytes;
        public ushort Segments;
    }

    public static long Call(TrapFrame* frame)
    {
        int id = (int)frame->Argument0, command = (int)frame->Argument1;
        ulong buffer = frame->Argument2;
        if (id < 0 || command < 0) return -Errno.Invalid;
        if (command is InterprocessCall.Information or Use) return ShowInformation(buffer, command == Use);
        bool isIndex = command is StatusAt or AnyStatusAt;
        if (!isIndex && command > InterprocessCall.Status) return -Errno.Invalid;
        QueueStatus wanted = default;
        if (command == InterprocessCall.Set && !UserMemory.Read(buffer, out wanted)) return -Errno.Fault;
        InterprocessObject found = isIndex ? MessageQueue.Table.At(id) : null;
        int error = isIndex ? found == null ? -Errno.Invalid : 0 : MessageQueue.Table.Find(id, out found);
        if (error != 0) return error;
        MessageQueue queue = (MessageQueue)found;
        switch (command)
        {
            case InterprocessCall.Remove: return InterprocessCall.RemoveFrom(MessageQueue.Table, queue);
            case InterprocessCall.Set: return Change(queue, wanted);
            default:
                if (command != AnyStatusAt && !queue.Permission.Allows(InterprocessPermission.Read)) return -Errno.Access;
                long result = isIndex ? queue.Id : 0;
                return UserMemory.Write(buffer, StatusOf(queue)) ? result : -Errno.Fault;
        }
    }

    private static long Change(MessageQueue queue, in QueueStatus wanted)
    {
        if (!queue.Permission.IsOwner) return -Errno.NotPermitted;
        if (wanted.CapacityBytes > MessageQueue.DefaultCapacityBytes && !Credentials.CurrentHas(Capability.ExceedResources)) return -Errno.NotPermitted;
        wanted.Permission.Apply(queue);
        queue.CapacityBytes = wanted.CapacityBytes;
        queue.Changed();
        return 0;
    }

    private static QueueStatus StatusOf(MessageQueue queue) => new QueueStatus
    {
        Permission = InterprocessStatus.Of(queue),
        SendTime = queue.SendTime,
        ReceiveTime = queue.ReceiveTime,
        ChangeTime = queue.ChangeTime,
        Bytes = queue.Bytes,
        MessageCount = queue.MessageCount,
        CapacityBytes = queue.CapacityBytes,
        LastSender = queue.LastSender,
        LastReceiver = queue.LastReceiver,
    };

    private static long ShowInformation(ulong buffer, bool isUse)
    {
        const int PoolKilobytes = 512000, SegmentBytes = 16;
        Information information = new Information
        {
            PoolOrQueues = isUse ? MessageQueue.Table.Count : PoolKilobytes,
            MapOrMessages = isUse ? (int)MessageQueue.TotalMessages : (int)MessageQueue.DefaultCapacityBytes,
            MaximumMessageBytes = (int)MessageQueue.MaximumMessageBytes,
            QueueBytes = (int)MessageQueue.DefaultCapacityBytes,
            MaximumQueues = InterprocessTable.MaximumCount,
            SegmentBytes = SegmentBytes,
            HeadersOrBytes = isUse ? (int)MessageQueue.TotalBytes : (int)MessageQueue.DefaultCapacityBytes,
            Segments = ushort.MaxValue,
        };
        int highest = MessageQueue.Table.HighestIndex;
        return UserMemory.Write(buffer, information) ? highest < 0 ? 0 : highest : -Errno.Fault;
    }
}
