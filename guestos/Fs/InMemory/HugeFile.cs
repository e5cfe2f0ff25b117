using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An open file of huge pages: it can be mapped and read, but, as on Linux, not written by write(2).</summary>
internal sealed unsafe class HugeFile : OpenFile
{
    /// <summary>Takes a reference to the inode.</summary>
    public HugeFile(Inode inode, uint flags)
        : base(inode, flags)
    {
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    /// <summary>Pages that are not there read as zeros.</summary>
    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        ulong done = 0;
        while (done < lengthBytes && offset < Inode.SizeBytes)
        {
            ulong inPage = offset & 4095, chunk = 4096 - inPage;
            if (chunk > lengthBytes - done) chunk = lengthBytes - done;
            if (chunk > Inode.SizeBytes - offset) chunk = Inode.SizeBytes - offset;
            uint frame = Inode.HugePages.FindCached(offset >> 12);
            uint first = frame == 0 ? PageTable.ZeroFrame : frame - frame % HugePage.Frames;
            // The copy may sleep; the pool counts references to the first frame.
            FrameAllocator.AddReference(first);
            bool isCopied = buffer.Put(done, Physical.FramePointer(frame == 0 ? first : frame) + inPage, chunk);
            if (frame == 0) FrameAllocator.Release(first);
            else HugeTlbPool.Release(first);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            done += chunk;
            offset += chunk;
        }
        return (long)done;
    }

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => OpenFlags.CanWrite(Flags) ? -Errno.Invalid : -Errno.BadFile;

    public override long Seek(long offset, int whence)
    {
        long size = (long)Inode.SizeBytes, position;
        switch (whence)
        {
            case 0: position = offset; break;
            case 1: position = (long)Position + offset; break;
            case 2: position = size + offset; break;
            case 3 or 4:
                if (offset < 0 || offset >= size) return -Errno.NoDevice;
                position = whence == 3 ? offset : size;
                break;
            default: return -Errno.Invalid;
        }
        if (position < 0) return -Errno.Invalid;
        Position = (ulong)position;
        return position;
    }

    public override int Synchronize() => 0;
}
