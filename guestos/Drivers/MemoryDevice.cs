using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>Open /dev/null, zero, full, random or urandom.</summary>
internal sealed unsafe class MemoryDevice : OpenFile
{
    private const int ChunkBytes = 512;

    private readonly DeviceKind _device;

    /// <summary>Takes a reference to the inode.</summary>
    public MemoryDevice(Inode inode, DeviceKind device, uint flags)
        : base(inode, flags) => _device = device;

    /// <summary>True for /dev/zero, which can be mapped.</summary>
    public bool IsZero => _device == DeviceKind.Zero;

    public override bool CanPoll => _device == DeviceKind.Random;

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (_device == DeviceKind.Null) return 0;
        ulong* chunk = stackalloc ulong[ChunkBytes / 8];
        for (int i = 0; i < ChunkBytes / 8; i++) chunk[i] = 0;
        for (ulong done = 0; done < lengthBytes;)
        {
            ulong length = lengthBytes - done < ChunkBytes ? lengthBytes - done : ChunkBytes;
            if (_device == DeviceKind.Random)
                for (ulong i = 0; i < (length + 7) / 8; i++) chunk[i] = RandomSource.Next();
            if (!buffer.Put(done, chunk, length)) return done != 0 ? (long)done : -Errno.Fault;
            done += length;
        }
        return (long)lengthBytes;
    }

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        return _device == DeviceKind.Full ? -Errno.NoSpace : (long)lengthBytes;
    }

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => Read(buffer, lengthBytes);

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => Write(buffer, lengthBytes);

    /// <summary>These devices have no position; any seek goes to 0.</summary>
    public override long Seek(long offset, int whence) => 0;
}
