using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An O_PATH descriptor: names a place in the tree, does no input or output.</summary>
internal sealed class PathOnlyFile : OpenFile
{
    /// <summary>Takes a reference to the inode.</summary>
    public PathOnlyFile(Inode inode, uint flags)
        : base(inode, flags)
    {
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.BadFile;

    public override long Write(IoBuffer buffer, ulong lengthBytes) => -Errno.BadFile;

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => -Errno.BadFile;

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => -Errno.BadFile;

    public override long Seek(long offset, int whence) => -Errno.BadFile;

    public override long Ioctl(uint request, ulong argument) => -Errno.BadFile;

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes) => -Errno.BadFile;

    public override int Synchronize() => -Errno.BadFile;
}
