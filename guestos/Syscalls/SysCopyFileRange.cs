using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>copy_file_range(2): through a page of the kernel's, between any two regular files.</summary>
internal static unsafe class SysCopyFileRange
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile input = Descriptors.AcquireForData(frame->Argument0);
        OpenFile output = Descriptors.AcquireForData(frame->Argument2);
        long result = input == null || output == null ? -Errno.BadFile : Run(input, output, frame);
        input?.Release();
        output?.Release();
        return IoAccounting.Write(IoAccounting.Read(result));
    }

    private static long Run(OpenFile input, OpenFile output, TrapFrame* frame)
    {
        ulong from = input.Position, to = output.Position;
        if (frame->Argument1 != 0 && !UserMemory.Read(frame->Argument1, out from)) return -Errno.Fault;
        if (frame->Argument3 != 0 && !UserMemory.Read(frame->Argument3, out to)) return -Errno.Fault;
        if ((uint)frame->Argument5 != 0) return -Errno.Invalid;
        int error = Check(input, output);
        if (error != 0) return error;
        ulong length = IoVector.Limit(frame->Argument4);
        if ((long)from < 0 || (long)to < 0) return -Errno.Invalid;
        if (from + length < from || to + length < to) return -Errno.Overflow;
        ulong left = from < input.Inode.SizeBytes ? input.Inode.SizeBytes - from : 0;
        if (length > left) length = left;
        if (input.Inode == output.Inode && from < to + length && to < from + length) return -Errno.Invalid;
        long done = Copy(input, output, from, to, length);
        if (done <= 0) return done;
        if (frame->Argument1 == 0) input.Position = from + (ulong)done;
        else if (!UserMemory.Write(frame->Argument1, from + (ulong)done)) return -Errno.Fault;
        if (frame->Argument3 == 0) output.Position = to + (ulong)done;
        else if (!UserMemory.Write(frame->Argument3, to + (ulong)done)) return -Errno.Fault;
        return done;
    }

    private static int Check(OpenFile input, OpenFile output)
    {
        if (input.Inode.Kind == InodeKind.Directory || output.Inode.Kind == InodeKind.Directory) return -Errno.IsDirectory;
        if (input is not RegularFile || output is not RegularFile) return -Errno.Invalid;
        if (!OpenFlags.CanRead(input.Flags) || !OpenFlags.CanWrite(output.Flags) || (output.Flags & OpenFlags.Append) != 0) return -Errno.BadFile;
        return 0;
    }

    /// <summary>Returns the bytes copied; an error only when there are none.</summary>
    private static long Copy(OpenFile input, OpenFile output, ulong from, ulong to, ulong length)
    {
        uint page = FrameAllocator.AllocatePinnedForUser();
        if (page == 0) return -Errno.NoMemory;
        byte* bytes = Physical.FramePointer(page);
        long done = 0, error = 0;
        while ((ulong)done < length && error == 0)
        {
            ulong chunk = length - (ulong)done < 4096 ? length - (ulong)done : 4096;
            long read = input.ReadAt(IoBuffer.Kernel(bytes), chunk, from + (ulong)done);
            long written = read <= 0 ? read : output.WriteAt(IoBuffer.Kernel(bytes), (ulong)read, to + (ulong)done);
            if (written < 0) error = written;
            else done += written;
            if (written <= 0 || written < read) break;
        }
        FrameAllocator.Release(page);
        return done != 0 ? done : error;
    }
}
