using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>An open disk, such as /dev/vda: bytes at any offset, page by page through a frame, nothing cached.</summary>
internal sealed unsafe class BlockFile : OpenFile
{
    private const int WhenceSet = 0;
    private const int WhenceCurrent = 1;
    private const int WhenceEnd = 2;

    // <linux/fs.h>
    private const uint GetReadOnly = 0x125e, GetSectors = 0x1260, FlushBuffers = 0x1261, GetLogicalSectorBytes = 0x1268;
    private const uint GetMinimumTransfer = 0x1278, GetBestTransfer = 0x1279, GetAlignment = 0x127a, GetPhysicalSectorBytes = 0x127b;
    private const uint GetSizeBytes = 0x80081272;
    private const uint SectorBytes = 512;

    private readonly VirtioBlock _disk;

    public BlockFile(Inode inode, VirtioBlock disk, uint flags)
        : base(inode, flags) => _disk = disk;

    private ulong SizeBytes => _disk.PageCount << 12;

    public override bool CanPoll => false;

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long Write(IoBuffer buffer, ulong lengthBytes) => Advance(WriteAt(buffer, lengthBytes, Position));

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset) =>
        OpenFlags.CanRead(Flags) ? Transfer(buffer, lengthBytes, offset, isWrite: false) : -Errno.BadFile;

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        return lengthBytes != 0 && offset >= SizeBytes ? -Errno.NoSpace : Transfer(buffer, lengthBytes, offset, isWrite: true);
    }

    public override long Seek(long offset, int whence)
    {
        long start = whence switch
        {
            WhenceSet => 0,
            WhenceCurrent => (long)Position,
            WhenceEnd => (long)SizeBytes,
            _ => -1,
        };
        if (start < 0 || offset < -start || offset > (long)SizeBytes - start) return -Errno.Invalid;
        Position = (ulong)(start + offset);
        return (long)Position;
    }

    public override int Synchronize() => 0;

    public override long Ioctl(uint request, ulong argument)
    {
        switch (request)
        {
            case GetSizeBytes: return Give(argument, SizeBytes);
            case GetSectors: return Give(argument, SizeBytes / SectorBytes);
            case GetLogicalSectorBytes: return Give(argument, SectorBytes);
            case GetPhysicalSectorBytes or GetMinimumTransfer: return Give(argument, SectorBytes);
            case GetReadOnly or GetBestTransfer or GetAlignment: return Give(argument, 0u);
            case FlushBuffers: return 0;
            default: return -Errno.NotTerminal;
        }
    }

    private static long Give<T>(ulong argument, T value) where T : unmanaged => UserMemory.Write(argument, value) ? 0 : -Errno.Fault;

    private long Transfer(IoBuffer buffer, ulong lengthBytes, ulong offset, bool isWrite)
    {
        if (offset >= SizeBytes) return 0;
        if (lengthBytes > SizeBytes - offset) lengthBytes = SizeBytes - offset;
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0) return -Errno.NoMemory;
        ulong done = 0;
        long error = 0;
        while (done < lengthBytes && error == 0)
        {
            ulong inPage = (offset + done) & 4095;
            ulong chunk = lengthBytes - done < 4096 - inPage ? lengthBytes - done : 4096 - inPage;
            ulong page = (offset + done) >> 12;
            byte* bytes = Physical.FramePointer(frame);
            // A page that is overwritten whole need not be read.
            bool isRead = isWrite && chunk == 4096 || _disk.Transfer(page, frame, isWrite: false);
            if (!isRead) error = -Errno.InputOutput;
            else if (!isWrite) error = buffer.Put(done, bytes + inPage, chunk) ? 0 : -Errno.Fault;
            else if (!buffer.Get(done, bytes + inPage, chunk)) error = -Errno.Fault;
            else if (!_disk.Transfer(page, frame, isWrite: true)) error = -Errno.InputOutput;
            if (error == 0) done += chunk;
        }
        FrameAllocator.Release(frame);
        return done != 0 ? (long)done : error;
    }
}
