using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>
/// Moves bytes between pipes and files or other pipes, through a page of the kernel's. Each transfer waits, if it may, for the first bytes and for room,
/// and then moves what there is; it returns how many bytes, 0 when there is no writer, -EAGAIN where it may not wait, -EPIPE with SIGPIPE without a reader.
/// </summary>
internal static unsafe class PipeTransfer
{
    private const ulong PageBytes = 4096;

    /// <summary>From one pipe to another; <paramref name="takes"/>: they leave the first one.</summary>
    public static long Between(PipeInode from, PipeInode to, ulong lengthBytes, bool waits, bool takes)
    {
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return -Errno.NoMemory;
        byte* page = Physical.FramePointer(frame);
        long result = 0;
        ulong done = 0;
        do
        {
            result = WaitForBytes(from, waits);
            if (result > 0) result = WaitForRoom(to, waits);
            if (result <= 0) break;
            bool wasFull = !from.IsWritable;
            while (done < lengthBytes)
            {
                ulong count = lengthBytes - done < to.Room ? lengthBytes - done : to.Room;
                count = from.Peek(takes ? 0 : done, page, count < PageBytes ? count : PageBytes);
                if (count == 0) break;
                result = to.Put(IoBuffer.Kernel(page), count);
                if (result <= 0) break;
                if (takes) from.Take(IoBuffer.Kernel(page), (ulong)result);
                done += (ulong)result;
            }
            if (done != 0) to.Readable.WakeAll(PollEvents.AnyIn);
            if (done != 0 && takes && wasFull) from.Writable.WakeAll(PollEvents.AnyOut);
        }
        while (done == 0 && result > 0);
        FrameAllocator.Release(frame);
        return done != 0 ? (long)done : result;
    }

    /// <summary>From a file at an offset, or where it stands when that is null; the offset moves on.</summary>
    public static long FromFile(OpenFile input, ulong* offset, PipeInode pipe, ulong lengthBytes, bool waits)
    {
        long result = WaitForRoom(pipe, waits);
        if (result <= 0) return result;
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return -Errno.NoMemory;
        byte* page = Physical.FramePointer(frame);
        if (lengthBytes > pipe.Room) lengthBytes = pipe.Room;
        ulong done = 0;
        while (done < lengthBytes)
        {
            ulong chunk = lengthBytes - done < PageBytes ? lengthBytes - done : PageBytes;
            result = offset != null ? input.ReadAt(IoBuffer.Kernel(page), chunk, *offset) : input.Read(IoBuffer.Kernel(page), chunk);
            if (result <= 0) break;
            ulong count = (ulong)result;
            // The read may have slept while others filled the pipe.
            result = PutAll(pipe, page, count, waits);
            if (result <= 0) break;
            if (offset != null) *offset += (ulong)result;
            done += (ulong)result;
            if ((ulong)result < chunk) break;
        }
        FrameAllocator.Release(frame);
        return done != 0 ? (long)done : result;
    }

    /// <summary>To a file at an offset, or where it stands when that is null; the offset moves on. Bytes that it does not take stay in the pipe.</summary>
    public static long ToFile(PipeInode pipe, OpenFile output, ulong* offset, ulong lengthBytes, bool waits)
    {
        long result = WaitForBytes(pipe, waits);
        if (result <= 0) return result;
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return -Errno.NoMemory;
        byte* page = Physical.FramePointer(frame);
        ulong done = 0;
        while (done < lengthBytes)
        {
            bool wasFull = !pipe.IsWritable;
            ulong count = pipe.Peek(0, page, lengthBytes - done < PageBytes ? lengthBytes - done : PageBytes);
            if (count == 0) break;
            result = offset != null ? output.WriteAt(IoBuffer.Kernel(page), count, *offset) : output.Write(IoBuffer.Kernel(page), count);
            if (result <= 0) break;
            pipe.Take(IoBuffer.Kernel(page), (ulong)result);
            if (wasFull) pipe.Writable.WakeAll(PollEvents.AnyOut);
            if (offset != null) *offset += (ulong)result;
            done += (ulong)result;
            if ((ulong)result < count) break;
        }
        FrameAllocator.Release(frame);
        return done != 0 ? (long)done : result;
    }

    /// <summary>1 when there is room; -EPIPE after SIGPIPE, -EAGAIN, -RestartCall.</summary>
    public static long WaitForRoom(PipeInode pipe, bool waits)
    {
        while (true)
        {
            if (pipe.ReaderCount == 0)
            {
                Signal.SendToThread(Scheduler.Current, SignalInfo.FromUser(SignalNumber.Pipe, SignalCode.User));
                return -Errno.BrokenPipe;
            }
            if (pipe.Room != 0) return 1;
            if (!waits) return -Errno.Again;
            int error = pipe.Writable.Sleep();
            if (error != 0) return error;
        }
    }

    /// <summary>1 when there are bytes; 0 when none can come any more, -EAGAIN, -RestartCall.</summary>
    public static long WaitForBytes(PipeInode pipe, bool waits)
    {
        while (true)
        {
            if (pipe.Available != 0) return 1;
            if (pipe.WriterCount == 0) return 0;
            if (!waits) return -Errno.Again;
            int error = pipe.Readable.Sleep();
            // It may leave the bytes there, or most of them: the next sleeper looks as well.
            if (pipe.Available != 0) pipe.Readable.PassOn();
            if (error != 0) return error;
        }
    }

    private static long PutAll(PipeInode pipe, byte* page, ulong lengthBytes, bool waits)
    {
        ulong done = 0;
        long result = 0;
        while (done < lengthBytes)
        {
            result = WaitForRoom(pipe, waits);
            if (result > 0) result = pipe.Put(IoBuffer.Kernel(page + done), lengthBytes - done);
            if (result <= 0) break;
            done += (ulong)result;
            pipe.Readable.WakeAll(PollEvents.AnyIn);
        }
        return done != 0 ? (long)done : result;
    }
}
