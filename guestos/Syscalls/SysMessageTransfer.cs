using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>mq_timedsend(2) and mq_timedreceive(2).</summary>
internal static unsafe class SysMessageTransfer
{
    public static long Send(TrapFrame* frame)
    {
        ulong length = frame->Argument2;
        int error = ReadDeadline(frame->Argument4, out ulong deadline);
        if (error != 0) return error;
        if ((uint)frame->Argument3 >= PosixQueueLimits.Priorities) return -Errno.Invalid;
        PosixQueueFile file = SysMessageQueue.Find(frame->Argument0);
        if (file == null || !OpenFlags.CanWrite(file.Flags)) return -Errno.BadFile;
        if (length > file.Queue.Limits.MessageBytes) return -Errno.MessageTooLong;
        if (!FrameAllocator.CanSpare((length >> 12) + 1)) return -Errno.NoMemory;
        file.AddReference();
        byte* text = (byte*)KernelHeap.Allocate(length == 0 ? 1 : length);
        error = UserMemory.CopyFrom(text, frame->Argument1, length) ? file.Queue.Send(text, length, (uint)frame->Argument3, !file.IsNonBlocking, deadline) : -Errno.Fault;
        if (error != 0) KernelHeap.Free(text);
        file.Release();
        return error;
    }

    public static long Receive(TrapFrame* frame)
    {
        int error = ReadDeadline(frame->Argument4, out ulong deadline);
        if (error != 0) return error;
        PosixQueueFile file = SysMessageQueue.Find(frame->Argument0);
        if (file == null || !OpenFlags.CanRead(file.Flags)) return -Errno.BadFile;
        if (frame->Argument2 < file.Queue.Limits.MessageBytes) return -Errno.MessageTooLong;
        file.AddReference();
        long result = file.Queue.Receive(!file.IsNonBlocking, deadline, out byte* text, out ulong length, out uint priority);
        if (result == 0)
        {
            bool isDone = (frame->Argument3 == 0 || UserMemory.Write(frame->Argument3, priority)) && UserMemory.CopyTo(frame->Argument1, text, length);
            result = isDone ? (long)length : -Errno.Fault;
            KernelHeap.Free(text);
        }
        file.Release();
        return result;
    }

    /// <summary>A time of CLOCK_REALTIME, or 0 for none, as one of <see cref="Clock.Now"/>.</summary>
    private static int ReadDeadline(ulong address, out ulong deadline)
    {
        deadline = ulong.MaxValue;
        if (address == 0) return 0;
        int error = Timespec.Read(address, out Timespec time);
        ulong boot = Clock.BootSeconds * Clock.NanosecondsPerSecond;
        deadline = time.Total > boot ? time.Total - boot : 0;
        return error;
    }
}
