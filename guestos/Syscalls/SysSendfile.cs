using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sendfile(2).</summary>
internal static unsafe class SysSendfile
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile output = Descriptors.AcquireForData(frame->Argument0);
        OpenFile input = Descriptors.AcquireForData(frame->Argument1);
        long result = -Errno.BadFile;
        if (output != null && input != null)
        {
            if (!OpenFlags.CanRead(input.Flags) || !OpenFlags.CanWrite(output.Flags)) result = -Errno.BadFile;
            else if (input is not RegularFile || (output.Flags & OpenFlags.Append) != 0) result = -Errno.Invalid;
            else result = Send(output, input, frame->Argument2, IoVector.Limit(frame->Argument3));
        }
        output?.Release();
        input?.Release();
        return IoAccounting.Write(IoAccounting.Read(result));
    }

    private static long Send(OpenFile output, OpenFile input, ulong offsetAddress, ulong count)
    {
        ulong offset = input.Position;
        if (offsetAddress != 0 && !UserMemory.Read(offsetAddress, out offset)) return -Errno.Fault;
        if ((long)offset < 0) return -Errno.Invalid;
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return -Errno.NoMemory;
        byte* bytes = Physical.FramePointer(frame);
        ulong done = 0;
        long error = 0;
        while (done < count)
        {
            ulong chunk = count - done < 4096 ? count - done : 4096;
            long read = input.ReadAt(IoBuffer.Kernel(bytes), chunk, offset + done);
            long written = read <= 0 ? read : output.Write(IoBuffer.Kernel(bytes), (ulong)read);
            if (written < 0) error = written;
            if (written <= 0) break;
            // After a short write the next one says why, or goes on.
            done += (ulong)written;
        }
        FrameAllocator.Release(frame);
        if (offsetAddress == 0) input.Position = offset + done;
        else if (!UserMemory.Write(offsetAddress, offset + done)) return -Errno.Fault;
        return done != 0 ? (long)done : error;
    }
}
