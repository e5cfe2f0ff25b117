using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// A file system in memory, writable: the default root, /tmp and /dev. Directories are what the dentry cache lists; files live in their page caches.
/// </summary>
internal class RamFileSystem : FileSystem
{
    private const ulong TmpfsMagic = 0x01021994;

    private readonly string _name;
    private ulong _lastNumber;

    private ulong _pages;

    /// <summary>Pages of data it may hold: half of memory if not given, as Linux's tmpfs.</summary>
    public ulong LimitPages { get; set; } = FrameAllocator.TotalFrames / 2;

    /// <summary>Pages of all file systems in memory: Linux's Shmem.</summary>
    public static ulong TotalPages { get; private set; }

    public RamFileSystem(string name, uint rootMode)
    {
        _name = name;
        Root = new Dentry(null, ""u8, new RamInode(this, InodeKind.Directory, rootMode));
    }

    public override ulong Magic => TmpfsMagic;

    public override string Name => _name;

    /// <summary>True when regular files consist of huge pages.</summary>
    public virtual bool HasHugePages => false;

    public override bool CachesNames => true;

    public override bool IsEvictable => false;

    public ulong NextNumber() => ++_lastNumber;

    /// <summary>Files, directories and links in it.</summary>
    public ulong InodeCount;

    /// <summary>True when there may be no more of them: one for every page it may hold, as in Linux's tmpfs.</summary>
    public bool HasNoInodes => InodeCount >= LimitPages;

    /// <summary>See <see cref="Inode.ClaimPage"/>.</summary>
    public bool ClaimPage()
    {
        if (_pages >= LimitPages) return false;
        _pages++;
        TotalPages++;
        return true;
    }

    /// <summary>See <see cref="Inode.HasRoomFor"/>.</summary>
    public bool HasRoomFor(ulong pages) => pages <= LimitPages - _pages;

    /// <summary>See <see cref="Inode.ReturnPage"/>.</summary>
    public void ReturnPage()
    {
        _pages--;
        TotalPages--;
    }

    public override int Statistics(ref FileSystemStatistics statistics)
    {
        statistics.Blocks = LimitPages;
        statistics.FreeBlocks = LimitPages - _pages;
        statistics.AvailableBlocks = statistics.FreeBlocks;
        statistics.Files = LimitPages;
        statistics.FreeFiles = HasNoInodes ? 0 : LimitPages - InodeCount;
        return 0;
    }

    /// <summary>Adds a ready inode under a name of a directory of this file system, as the kernel fills /dev. Takes over the inode's reference.</summary>
    public void Add(Dentry directory, ReadOnlySpan<byte> name, Inode inode)
    {
        inode.FileSystem = this;
        inode.Number = NextNumber();
        Dentry entry = new Dentry(directory, name, inode);
        DentryCache.Add(entry);
        entry.Release();
    }
}
