using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/sysvipc/sem and msg, and their limits in /proc/sys/kernel, as Linux prints them.</summary>
internal static class ProcInterprocess
{
    public static void WriteSemaphores(ref TextWriter writer)
    {
        writer.Text("       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"u8);
        for (int i = 0; i <= SemaphoreSet.Table.HighestIndex; i++)
        {
            if (SemaphoreSet.Table.At(i) is not SemaphoreSet set) continue;
            WriteStart(set, ref writer);
            writer.Decimal((ulong)set.Count, 11);
            WriteOwners(set, ref writer);
            writer.Decimal(set.OperationTime, 11);
            writer.Decimal(set.ChangeTime, 11);
            writer.Byte((byte)'\n');
        }
    }

    public static void WriteQueues(ref TextWriter writer)
    {
        writer.Text("       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n"u8);
        for (int i = 0; i <= MessageQueue.Table.HighestIndex; i++)
        {
            if (MessageQueue.Table.At(i) is not MessageQueue queue) continue;
            WriteStart(queue, ref writer);
            writer.Decimal(queue.Bytes, 12);
            writer.Decimal(queue.MessageCount, 11);
            writer.Decimal((ulong)queue.LastSender, 6);
            writer.Decimal((ulong)queue.LastReceiver, 6);
            WriteOwners(queue, ref writer);
            writer.Decimal(queue.SendTime, 11);
            writer.Decimal(queue.ReceiveTime, 11);
            writer.Decimal(queue.ChangeTime, 11);
            writer.Byte((byte)'\n');
        }
    }

    /// <summary>/proc/sys/kernel/sem: semaphores per set, in all, operations per call, sets.</summary>
    public static void WriteSemaphoreLimits(ref TextWriter writer)
    {
        writer.Decimal(SemaphoreSet.MaximumSemaphores);
        writer.Byte((byte)'\t');
        writer.Decimal(SemaphoreSet.MaximumOfAll);
        writer.Byte((byte)'\t');
        writer.Decimal(SemaphoreSet.MaximumOperations);
        writer.Byte((byte)'\t');
        writer.Decimal(InterprocessTable.MaximumCount);
        writer.Byte((byte)'\n');
    }

    private static void WriteStart(InterprocessObject item, ref TextWriter writer)
    {
        SharedSegments.Number(ref writer, item.Key, 10);
        SharedSegments.Number(ref writer, item.Id, 11);
        writer.Text("  "u8);
        writer.PowerOfTwo(item.Permission.Mode, 3, 4);
    }

    private static void WriteOwners(InterprocessObject item, ref TextWriter writer)
    {
        writer.Decimal(item.Permission.UserId, 6);
        writer.Decimal(item.Permission.GroupId, 6);
        writer.Decimal(item.Permission.CreatorUserId, 6);
        writer.Decimal(item.Permission.CreatorGroupId, 6);
    }
}
