using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>splice(2), tee(2) and vmsplice(2). Pages are copied, not moved: what a program changes after vmsplice is not seen by the reader.</summary>
internal static unsafe class SysSplice
{
    // SPLICE_F_MOVE, MORE and GIFT are advice.
    private const ulong NonBlocking = 2;
    private const ulong KnownFlags = 0xf;

    public static long Splice(TrapFrame* frame)
    {
        ulong length = IoVector.Limit(frame->Argument4), flags = frame->Argument5;
        if (length == 0) return 0;
        if ((flags & ~KnownFlags) != 0) return -Errno.Invalid;
        OpenFile input = Descriptors.AcquireForData(frame->Argument0);
        OpenFile output = Descriptors.AcquireForData(frame->Argument2);
        long result = input == null || output == null ? -Errno.BadFile
            : Splice(input, frame->Argument1, output, frame->Argument3, length, (flags & NonBlocking) == 0);
        input?.Release();
        output?.Release();
        return result;
    }

    public static long Tee(TrapFrame* frame)
    {
        ulong length = IoVector.Limit(frame->Argument2), flags = frame->Argument3;
        if ((flags & ~KnownFlags) != 0) return -Errno.Invalid;
        if (length == 0) return 0;
        OpenFile input = Descriptors.AcquireForData(frame->Argument0);
        OpenFile output = Descriptors.AcquireForData(frame->Argument1);
        long result = -Errno.BadFile;
        if (input != null && output != null && OpenFlags.CanRead(input.Flags) && OpenFlags.CanWrite(output.Flags))
        {
            bool waits = (flags & NonBlocking) == 0 && !input.IsNonBlocking && !output.IsNonBlocking;
            result = input is PipeFile from && output is PipeFile to && from.Pipe != to.Pipe
                ? PipeTransfer.Between(from.Pipe, to.Pipe, length, waits, takes: false)
                : -Errno.Invalid;
        }
        input?.Release();
        output?.Release();
        return result;
    }

    /// <summary>From the pieces into a pipe, or from it into them: as the descriptor is open for writing or only for reading.</summary>
    public static long FromMemory(TrapFrame* frame)
    {
        ulong flags = frame->Argument3;
        if ((flags & ~KnownFlags) != 0) return -Errno.Invalid;
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = IoVector.Check(frame->Argument1, frame->Argument2, mustBeUserRange: true);
        if (result > 0) result = file is PipeFile pipe ? Pieces(pipe, frame, (flags & NonBlocking) == 0) : -Errno.BadFile;
        file.Release();
        return result;
    }

    private static long Splice(OpenFile input, ulong inputOffset, OpenFile output, ulong outputOffset, ulong length, bool waits)
    {
        PipeInode from = (input as PipeFile)?.Pipe, to = (output as PipeFile)?.Pipe;
        if (from != null && inputOffset != 0 || to != null && outputOffset != 0) return -Errno.IllegalSeek;
        ulong offset = 0, offsetAddress = from == null ? inputOffset : outputOffset;
        if (offsetAddress != 0 && !UserMemory.Read(offsetAddress, out offset)) return -Errno.Fault;
        if (!OpenFlags.CanRead(input.Flags) || !OpenFlags.CanWrite(output.Flags)) return -Errno.BadFile;
        if (from == null && to == null || from == to || input.Inode.Kind == InodeKind.Directory) return -Errno.Invalid;
        if ((long)offset < 0) return -Errno.Invalid;
        waits &= !(from != null && input.IsNonBlocking) && !(to != null && output.IsNonBlocking);
        if (from != null && to != null) return PipeTransfer.Between(from, to, length, waits, takes: true);
        if (from != null && (output.Flags & OpenFlags.Append) != 0) return -Errno.Invalid;
        ulong* place = offsetAddress != 0 ? &offset : null;
        long done = from != null ? PipeTransfer.ToFile(from, output, place, length, waits) : PipeTransfer.FromFile(input, place, to, length, waits);
        if (done > 0 && offsetAddress != 0 && !UserMemory.Write(offsetAddress, offset)) return -Errno.Fault;
        // As on Linux, a file that has no places cannot be given one.
        return done == -Errno.IllegalSeek ? -Errno.Invalid : done;
    }

    private static long Pieces(PipeFile file, TrapFrame* frame, bool waits)
    {
        PipeInode pipe = file.Pipe;
        bool isWrite = OpenFlags.CanWrite(file.Flags);
        long result = isWrite ? PipeTransfer.WaitForRoom(pipe, waits) : PipeTransfer.WaitForBytes(pipe, waits);
        if (result <= 0) return result;
        bool wasFull = !pipe.IsWritable;
        ulong done = 0;
        IoVectorCursor pieces = new IoVectorCursor(frame->Argument1, frame->Argument2);
        while ((isWrite ? pipe.Room : pipe.Available) != 0 && pieces.Find())
        {
            IoBuffer buffer = IoBuffer.User(pieces.Address);
            result = isWrite ? pipe.Put(buffer, pieces.Chunk) : pipe.Take(buffer, pieces.Chunk);
            if (result <= 0) break;
            pieces.Advance((ulong)result);
            done += (ulong)result;
        }
        if (done != 0 && isWrite) pipe.Readable.WakeAll(PollEvents.AnyIn);
        if (done != 0 && !isWrite && wasFull) pipe.Writable.WakeAll(PollEvents.AnyOut);
        return done != 0 ? (long)done : result;
    }
}
