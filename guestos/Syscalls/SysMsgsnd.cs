using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>msgget(2), msgsnd(2) and msgrcv(2). MSG_COPY is not served, as on kernels without checkpoints.</summary>
internal static unsafe class SysMsgsnd
{
    private const uint MayCut = 0x1000;
    private const uint Except = 0x2000;
    private const uint Copy = 0x4000;

    public static long Get(TrapFrame* frame)
    {
        int key = (int)frame->Argument0;
        uint flags = (uint)frame->Argument1;
        int result = InterprocessCall.Find(MessageQueue.Table, key, flags, out InterprocessObject found);
        return found != null || result != 0 ? result : MessageQueue.Create(key, flags & InterprocessCall.ModeMask);
    }

    public static long Send(TrapFrame* frame)
    {
        ulong address = frame->Argument1, lengthBytes = frame->Argument2;
        if (lengthBytes > MessageQueue.MaximumMessageBytes || (int)frame->Argument0 < 0) return -Errno.Invalid;
        if (!UserMemory.Read(address, out long type)) return -Errno.Fault;
        if (type < 1) return -Errno.Invalid;
        if (FrameAllocator.IsScarce) return -Errno.NoMemory;
        QueuedMessage message = new QueuedMessage { Type = type, LengthBytes = lengthBytes, Text = (byte*)KernelHeap.Allocate(lengthBytes + 1) };
        long result = UserMemory.CopyFrom(message.Text, address + sizeof(long), lengthBytes) ? Send((int)frame->Argument0, message, (uint)frame->Argument3) : -Errno.Fault;
        if (result != 0) message.Destroy();
        return result;
    }

    public static long Receive(TrapFrame* frame)
    {
        ulong address = frame->Argument1, room = frame->Argument2;
        uint flags = (uint)frame->Argument4;
        if ((int)frame->Argument0 < 0 || (long)room < 0) return -Errno.Invalid;
        if ((flags & Copy) != 0) return (flags & Except) != 0 || (flags & InterprocessCall.NoWait) == 0 ? -Errno.Invalid : -Errno.NoSystemCall;
        int error = MessageQueue.Table.Find((int)frame->Argument0, out InterprocessObject found);
        if (error != 0) return error;
        if (!found.Permission.Allows(InterprocessPermission.Read)) return -Errno.Access;
        bool mayWait = (flags & InterprocessCall.NoWait) == 0;
        error = ((MessageQueue)found).Receive((long)frame->Argument3, (flags & Except) != 0, room, (flags & MayCut) != 0, mayWait, out QueuedMessage message);
        if (error != 0) return error;
        ulong length = message.LengthBytes < room ? message.LengthBytes : room;
        bool isCopied = UserMemory.Write(address, message.Type) && UserMemory.CopyTo(address + sizeof(long), message.Text, length);
        message.Destroy();
        return isCopied ? (long)length : -Errno.Fault;
    }

    private static long Send(int id, QueuedMessage message, uint flags)
    {
        int error = MessageQueue.Table.Find(id, out InterprocessObject found);
        if (error != 0) return error;
        if (!found.Permission.Allows(InterprocessPermission.Write)) return -Errno.Access;
        return ((MessageQueue)found).Send(message, (flags & InterprocessCall.NoWait) == 0);
    }
}
