using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>An open host directory: getdents64 from Treaddir, whose offsets are the server's.</summary>
internal sealed unsafe class NinePDirectory : OpenFile
{
    private const int BatchPages = 4;

    // Offsets of directories that exist in the guest only, after all of the server's.
    private const ulong MountPointOffset = 1UL << 62;

    private static byte* s_batch;

    private readonly NinePFileSystem _fileSystem;
    private readonly uint _fid;

    /// <summary>Takes a reference to the inode, and takes over the open fid.</summary>
    public NinePDirectory(Inode inode, NinePFileSystem fileSystem, uint fid, uint flags)
        : base(inode, flags)
    {
        _fileSystem = fileSystem;
        _fid = fid;
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.IsDirectory;

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override int Synchronize() => 0;

    public override long ReadDirectory(IoBuffer buffer, ulong lengthBytes)
    {
        if (s_batch == null) s_batch = VirtualHeap.Allocate(BatchPages);
        uint* frames = stackalloc uint[BatchPages];
        for (int i = 0; i < BatchPages; i++) frames[i] = KernelPageTables.Entry((ulong)s_batch + ((ulong)i << 12))->Frame;
        DirectoryWriter writer = new DirectoryWriter(buffer, lengthBytes);
        bool hasRoom = true;
        if (Position >= MountPointOffset)
        {
            AddMountPoints(ref writer);
            return writer.Result;
        }
        while (hasRoom)
        {
            // Records are a little larger than the server's entries, so little is asked for twice.
            uint wanted = lengthBytes < BatchPages * 4096 ? (uint)lengthBytes : BatchPages * 4096;
            if (wanted < 512) wanted = 512;
            NinePMessage request = _fileSystem.Channel.Begin(NinePType.ReadDirectory);
            request.Word(_fid);
            request.Long(Position);
            request.Word(wanted);
            int error = _fileSystem.Channel.CallForData(ref request, frames, wanted, out NinePMessage reply);
            if (error != 0) return writer.Result > 0 ? writer.Result : error;
            uint length = reply.TakeWord();
            if (length > wanted) return -Errno.InputOutput;
            if (length == 0)
            {
                AddMountPoints(ref writer);
                break;
            }
            hasRoom = AddEntries(ref writer, length);
        }
        return writer.Result;
    }

    protected override void Close() => _fileSystem.Clunk(_fid);

    /// <summary>Directories made in memory to mount something on.</summary>
    private void AddMountPoints(ref DirectoryWriter writer)
    {
        for (Dentry child = Inode.Alias?.FirstChild; child != null; child = child.NextSibling)
        {
            ulong offset = MountPointOffset + child.Cookie;
            if (child.Inode.FileSystem == _fileSystem || offset <= Position) continue;
            if (!writer.Add(child.Inode.Number, offset, child.Inode.DirectoryType, child.Name)) return;
            Position = offset;
        }
    }

    /// <summary>Each entry: qid[13] offset[8] type[1] name[s]. False when the writer is full or the entries are broken.</summary>
    private bool AddEntries(ref DirectoryWriter writer, uint length)
    {
        const uint HeaderBytes = 24;
        uint position = 0;
        while (position + HeaderBytes <= length)
        {
            byte* entry = s_batch + position;
            int nameLength = *(ushort*)(entry + 22);
            if (nameLength == 0 || nameLength > PathWalk.MaximumNameBytes || position + HeaderBytes + (uint)nameLength > length) return false;
            ulong offset = *(ulong*)(entry + 13);
            if (!writer.Add(*(ulong*)(entry + 5), offset, entry[21], new ReadOnlySpan<byte>(entry + HeaderBytes, nameLength))) return false;
            Position = offset;
            position += HeaderBytes + (uint)nameLength;
        }
        return position != 0;
    }
}
