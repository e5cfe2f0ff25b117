using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>struct iovec, and what transfers over several of them share.</summary>
internal struct IoVector
{
    /// <summary>UIO_MAXIOV.</summary>
    public const ulong MaximumCount = 1024;

    /// <summary>Bytes one call moves at most (MAX_RW_COUNT).</summary>
    public const ulong MaximumBytes = 0x7ffff000;

    public ulong Address;
    public ulong LengthBytes;

    /// <summary>Of the structure.</summary>
    public const ulong Bytes = 16;

    public static ulong Limit(ulong lengthBytes) => lengthBytes < MaximumBytes ? lengthBytes : MaximumBytes;

    private const long GatherBytes = (long)PipeInode.AtomicBytes;

    /// <summary>The bytes of all pieces, or -EINVAL or -EFAULT. What the array says may change after the check.</summary>
    public static long Check(ulong vectors, ulong count, bool mustBeUserRange)
    {
        if (count > MaximumCount) return -Errno.Invalid;
        long total = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (!UserMemory.Read(vectors + i * Bytes, out IoVector piece)) return -Errno.Fault;
            if ((long)piece.LengthBytes < 0) return -Errno.Invalid;
            if (mustBeUserRange && !UserMemory.IsUserRange(piece.Address, piece.LengthBytes)) return -Errno.Fault;
            total += (long)Limit(piece.LengthBytes);
        }
        return total;
    }

    /// <summary>Reads or writes the pieces in order until one is short. At the file's position when <paramref name="offset"/> is -1.</summary>
    public static long Transfer(OpenFile file, ulong vectors, ulong count, long offset, bool isWrite)
    {
        long total = Check(vectors, count, mustBeUserRange: true);
        if (total < 0) return total;
        // A pipe must see the bytes of one call together.
        if (isWrite && count > 1 && total <= GatherBytes && file is PipeFile) return Gather(file, vectors, count, (ulong)total);
        long done = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (!UserMemory.Read(vectors + i * Bytes, out IoVector piece)) return done != 0 ? done : -Errno.Fault;
            ulong length = Limit(piece.LengthBytes);
            if (length == 0) continue;
            // The limit on file sizes cuts the call as a whole: who has written something is not refused the rest.
            if (isWrite && done != 0 && file is RegularFile && !FileSizeLimit.Allows((ulong)(offset + done))) break;
            long result = Move(file, IoBuffer.User(piece.Address), length, offset < 0 ? -1 : offset + done, isWrite);
            if (result < 0) return done != 0 ? done : result;
            done += result;
            if ((ulong)result < length) break;
        }
        return done;
    }


    private static long Move(OpenFile file, IoBuffer buffer, ulong length, long offset, bool isWrite)
    {
        if (offset < 0) return isWrite ? file.Write(buffer, length) : file.Read(buffer, length);
        return isWrite ? file.WriteAt(buffer, length, (ulong)offset) : file.ReadAt(buffer, length, (ulong)offset);
    }

    private static unsafe long Gather(OpenFile file, ulong vectors, ulong count, ulong total)
    {
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return -Errno.NoMemory;
        byte* bytes = Arch.Physical.FramePointer(frame);
        ulong done = 0;
        long result = 0;
        for (ulong i = 0; i < count && result == 0; i++)
        {
            if (!UserMemory.Read(vectors + i * Bytes, out IoVector piece) || piece.LengthBytes > total - done
                || !UserMemory.CopyFrom(bytes + done, piece.Address, piece.LengthBytes)) result = -Errno.Fault;
            else done += piece.LengthBytes;
        }
        if (result == 0) result = file.Write(IoBuffer.Kernel(bytes), done);
        FrameAllocator.Release(frame);
        return result;
    }
}
