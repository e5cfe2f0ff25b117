using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An open regular file: reads and writes go through the inode's page cache.</summary>
internal sealed unsafe class RegularFile : OpenFile
{
    private const ulong MaximumSizeBytes = 0x7fffffffffffffff;
    private const uint BytesReadable = 0x541b;

    private const int WhenceSet = 0;
    private const int WhenceCurrent = 1;
    private const int WhenceEnd = 2;
    private const int WhenceData = 3;
    private const int WhenceHole = 4;

    private const ulong NoPage = ulong.MaxValue;

    /// <summary>fs.9p.write_on_close: unless 0, what was written reaches the host at close, else when the flusher, sync or reclaim asks for it.</summary>
    public static int WritesOnClose = 1;

    private uint _reportedErrors;

    // The page that was read last: reading on in it is the same use.
    private ulong _lastRead = NoPage;

    /// <summary>POSIX_FADV_RANDOM: nothing is read ahead.</summary>
    public bool IsRandom;

    /// <summary>Takes a reference to the inode.</summary>
    public RegularFile(Inode inode, uint flags)
        : base(inode, flags) => _reportedErrors = inode.Pages.Errors.Mark;

    public override ulong BufferPages => Inode.IsInMemory && Inode.LinkCount == 0 && Inode.Pages.Mappings.Count == 0 ? Inode.Pages.PageCount : 0;

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        Position = PlaceOf(this, Position);
        return Advance(WriteAt(buffer, lengthBytes, Position));
    }

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        PageCache pages = Inode.Pages;
        ulong done = 0;
        while (done < lengthBytes && offset < Inode.SizeBytes)
        {
            ulong page = offset >> 12;
            ulong inPage = offset & 4095;
            ulong chunk = Smaller(4096 - inPage, lengthBytes - done, Inode.SizeBytes - offset);
            uint frame = pages.FindCached(page);
            if (frame == 0 && Inode.IsInMemory && !pages.IsSwapped(page)) frame = PageTable.ZeroFrame;
            if (frame == 0)
            {
                int wanted = (int)Smaller((inPage + lengthBytes - done + 4095) >> 12, PageCache.MaximumRun, PageCache.MaximumRun);
                int error = IsRandom ? pages.FillExactly(page, wanted) : pages.Fill(page, wanted);
                frame = pages.FindCached(page);
                if (frame == 0) return done != 0 ? (long)done : error;
            }
            FrameAllocator.AddReference(frame);
            if (page != _lastRead) Reclaim.NoteUse(frame);
            _lastRead = page;
            bool isCopied = buffer.Put(done, Physical.FramePointer(frame) + inPage, chunk);
            FrameAllocator.Release(frame);
            if (!isCopied) return done != 0 ? (long)done : -Errno.Fault;
            done += chunk;
            offset += chunk;
        }
        return (long)done;
    }

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        if (offset >= MaximumSizeBytes || lengthBytes > MaximumSizeBytes - offset) return -Errno.FileTooBig;
        if (lengthBytes == 0) return 0;
        int error = FileSizeLimit.Cut(offset, ref lengthBytes);
        if (error != 0) return error;
        if ((Inode.Seals & FileSeals.AnyWrite) != 0) return -Errno.NotPermitted;
        PageCache pages = Inode.Pages;
        // What lies between the old end and the new data reads as zeros, whatever a mapping left there.
        if (offset > Inode.SizeBytes) pages.ClearBeyond(Inode.SizeBytes, Inode.SizeBytes >> 12);
        ulong done = 0;
        while (done < lengthBytes)
        {
            ulong page = offset >> 12;
            ulong inPage = offset & 4095;
            ulong chunk = Smaller(4096 - inPage, lengthBytes - done, 4096);
            if ((Inode.Seals & FileSeals.Grow) != 0 && offset + chunk > Inode.SizeBytes) error = -Errno.NotPermitted;
            if (error != 0) break;
            error = pages.PrepareWrite(page, chunk == 4096, out uint frame);
            // A page of a file that may be written, but not read.
            if (error == -Errno.Access) error = WriteUncached(buffer, done, offset, chunk);
            else if (error == 0 && !Fill(buffer, done, frame, inPage, chunk))
            {
                pages.ClearBeyond(Inode.SizeBytes, page);
                error = -Errno.Fault;
            }
            if (error != 0) break;
            done += chunk;
            offset += chunk;
            if (offset > Inode.SizeBytes) Inode.SizeBytes = offset;
            pages.MarkDirty(page);
            // What the file system refuses is told by fsync and close, as if the flusher had written it.
            if (Inode.NeedsWriteBack && DirtyFiles.AreTooMany) pages.WriteBack();
        }
        if (done == 0) return error;
        Inode.StoredBlocks = 0;
        Inode.Touch();
        int failure = 0;
        if ((Flags & OpenFlags.DataSynchronous) != 0) failure = WriteThrough(offset - done, offset);
        else if ((Flags & OpenFlags.Direct) != 0) failure = WriteBack(offset - done, offset);
        return failure != 0 ? failure : (long)done;
    }

    private bool Fill(IoBuffer buffer, ulong done, uint frame, ulong inPage, ulong lengthBytes)
    {
        FrameAllocator.AddReference(frame);
        if (Inode.IsInMemory) Reclaim.NoteUse(frame);
        bool isCopied = buffer.Get(done, Physical.FramePointer(frame) + inPage, lengthBytes);
        FrameAllocator.Release(frame);
        return isCopied;
    }

    private int WriteUncached(IoBuffer buffer, ulong done, ulong offset, ulong lengthBytes)
    {
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) return -Errno.NoMemory;
        int error = Fill(buffer, done, frame, 0, lengthBytes) ? Inode.WriteUncached(offset, frame, (uint)lengthBytes) : -Errno.Fault;
        FrameAllocator.Release(frame);
        return error;
    }

    public override long Seek(long offset, int whence)
    {
        long size = (long)Inode.SizeBytes;
        long position;
        switch (whence)
        {
            case WhenceSet: position = offset; break;
            case WhenceCurrent: position = (long)Position + offset; break;
            case WhenceEnd: position = size + offset; break;
            case WhenceData or WhenceHole:
                if (offset < 0 || offset >= size) return -Errno.NoDevice;
                if (Inode.IsInMemory) position = (long)FileSpace.Seek(Inode, (ulong)offset, whence == WhenceData);
                else position = whence == WhenceData ? offset : size;
                if (whence == WhenceData && position == size) return -Errno.NoDevice;
                break;
            default: return -Errno.Invalid;
        }
        if (position < 0) return -Errno.Invalid;
        Position = (ulong)position;
        return position;
    }

    public override long Ioctl(uint request, ulong argument)
    {
        if (request != BytesReadable) return -Errno.NotTerminal;
        long left = (long)(Inode.SizeBytes - Position);
        return UserMemory.Write(argument, (int)(left > 0x7fffffff ? 0x7fffffff : left)) ? 0 : -Errno.Fault;
    }

    public override int Synchronize()
    {
        Inode.Pages.WriteBack();
        int error = Inode.Pages.Errors.Since(ref _reportedErrors);
        return error != 0 ? error : Inode.Synchronize();
    }

    public override int Flush()
    {
        if (!OpenFlags.CanWrite(Flags)) return 0;
        if (WritesOnClose != 0) Inode.Pages.WriteBack();
        return Inode.Pages.Errors.Since(ref _reportedErrors);
    }

    /// <summary>Writes the changed pages of a range of bytes back without making them durable; failures since the last report count, too.</summary>
    public int WriteBack(ulong start, ulong end)
    {
        DirtyPages.WriteBack(Inode.Pages, start >> 12, end > ulong.MaxValue - 4095 ? ulong.MaxValue : (end + 4095) >> 12);
        return Inode.Pages.Errors.Since(ref _reportedErrors);
    }

    protected override void Close()
    {
        if (OpenFlags.CanWrite(Flags) && WritesOnClose != 0) Inode.Pages.WriteBack();
    }

    /// <summary>Where write(2) writes: with O_APPEND at the end, whatever offset pwrite(2) gives.</summary>
    public static ulong PlaceOf(OpenFile file, ulong offset) =>
        file is RegularFile && (file.Flags & OpenFlags.Append) != 0 ? file.Inode.SizeBytes : offset;

    /// <summary>O_DSYNC and O_SYNC: the bytes [start, end) are durable when it returns 0.</summary>
    public int WriteThrough(ulong start, ulong end)
    {
        int error = WriteBack(start, end);
        return error != 0 ? error : Inode.Synchronize();
    }

    private static ulong Smaller(ulong first, ulong second, ulong third)
    {
        ulong result = first < second ? first : second;
        return result < third ? result : third;
    }
}
