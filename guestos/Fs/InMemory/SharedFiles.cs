using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// Memory that processes share and no directory names, kept as files of a tmpfs, or of a hugetlbfs, that nobody mounts: shared anonymous mappings, memfd_create and shmget.
/// Without a size limit: what they promise is charged, not what a mount allows.
/// </summary>
internal static class SharedFiles
{
    private const uint RootMode = 0x3ff;

    /// <summary>The file system the files are in.</summary>
    public static RamFileSystem FileSystem { get; private set; }

    /// <summary>The same for files of huge pages.</summary>
    public static HugeTlbFileSystem HugeFileSystem { get; private set; }

    public static void Initialize()
    {
        FileSystem = new RamFileSystem("tmpfs", RootMode) { LimitPages = ulong.MaxValue };
        HugeFileSystem = new HugeTlbFileSystem(RootMode);
    }

    /// <summary>
    /// A new file of a length; all its pages are charged at once when it <paramref name="isReserved"/>, else as they come. /proc shows it as a removed
    /// file of this name. Returns 0 and an entry with a reference, or -ENOMEM when so much must not be promised.
    /// </summary>
    public static int Create(ReadOnlySpan<byte> name, ulong sizeBytes, bool isReserved, out Dentry entry)
    {
        entry = null;
        if (!MayCreate(sizeBytes, isReserved)) return -Errno.NoMemory;
        entry = Adopt(name, new RamInode(FileSystem, InodeKind.Regular, 0x1ff), sizeBytes, isReserved);
        return 0;
    }

    /// <summary>A new file of huge pages, none of which is promised yet: 0 and an entry with a reference, or -ENOMEM.</summary>
    public static int CreateHuge(ReadOnlySpan<byte> name, ulong sizeBytes, out Dentry entry)
    {
        entry = null;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        entry = Adopt(name, new RamInode(HugeFileSystem, InodeKind.Regular, 0x1ff), sizeBytes, isReserved: false);
        return 0;
    }

    /// <summary>True when a file of this length can be made.</summary>
    public static bool MayCreate(ulong sizeBytes, bool isReserved) =>
        !FrameAllocator.IsExhausted && (!isReserved || CommitCharge.Allows((sizeBytes + 4095) >> 12));

    /// <summary>Gives a new inode its name and length; takes over its reference and returns an entry with one.</summary>
    public static Dentry Adopt(ReadOnlySpan<byte> name, RamInode inode, ulong sizeBytes, bool isReserved)
    {
        inode.SizeBytes = sizeBytes;
        inode.LinkCount = 0;
        Permission.SetOwner(inode, null);
        if (isReserved) inode.Reserve((sizeBytes + 4095) >> 12);
        return new Dentry(inode.FileSystem.Root, name, inode) { IsDeleted = true };
    }
}
