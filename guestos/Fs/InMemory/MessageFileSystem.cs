using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The file system of POSIX message queues, at /dev/mqueue: one directory, whose files are the queues (mq_overview(7)).</summary>
internal sealed class MessageFileSystem : RamFileSystem
{
    private const ulong MessageMagic = 0x19800202;
    private const uint RootMode = 0x3ff;

    /// <summary>The one there is.</summary>
    public static MessageFileSystem Only { get; private set; }

    /// <summary>Queues there are.</summary>
    public int QueueCount;

    private MessageFileSystem()
        : base("mqueue", RootMode) => LimitPages = ulong.MaxValue;

    public static MessageFileSystem Create() => Only = new MessageFileSystem();

    public override ulong Magic => MessageMagic;

    protected override RamInode NewRoot(uint mode) => new Directory(this, mode);

    /// <summary>It holds queues only, which keep their names.</summary>
    private sealed class Directory : RamInode
    {
        public Directory(RamFileSystem fileSystem, uint mode)
            : base(fileSystem, InodeKind.Directory, mode)
        {
        }

        public override int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
        {
            child = null;
            if (kind != InodeKind.Regular) return -Errno.NotPermitted;
            return PosixQueue.Create(this, mode, PosixQueueLimits.Default, out child);
        }

        public override int CreateUnnamed(uint mode, out Inode file)
        {
            file = null;
            return -Errno.NotSupported;
        }

        public override int CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out Inode child)
        {
            child = null;
            return -Errno.NotPermitted;
        }

        public override int AddName(ReadOnlySpan<byte> name, Inode file) => -Errno.NotPermitted;

        public override int Rename(Dentry entry, Inode newParent, ReadOnlySpan<byte> newName) => -Errno.NotPermitted;
    }
}
