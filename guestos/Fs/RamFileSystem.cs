using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// A file system in memory, writable: the default root, /tmp and /dev. Directories are what the dentry cache lists; files live in their page caches.
/// </summary>
internal sealed class RamFileSystem : FileSystem
{
    private const ulong TmpfsMagic = 0x01021994;

    private readonly string _name;
    private ulong _lastNumber;
    private ulong _pages;

    public RamFileSystem(string name, uint rootMode)
    {
        _name = name;
        Root = new Dentry(null, ""u8, new RamInode(this, InodeKind.Directory, rootMode));
    }

    public override ulong Magic => TmpfsMagic;

    public override string Name => _name;

    public override bool CachesNames => true;

    public override bool IsEvictable => false;

    /// <summary>Pages of data it may hold: half of memory, as Linux's tmpfs.</summary>
    private static ulong PageLimit => FrameAllocator.TotalFrames / 2;

    public ulong NextNumber() => ++_lastNumber;

    /// <summary>See <see cref="Inode.ClaimPage"/>.</summary>
    public bool ClaimPage()
    {
        if (_pages >= PageLimit) return false;
        _pages++;
        return true;
    }

    /// <summary>See <see cref="Inode.ReturnPage"/>.</summary>
    public void ReturnPage() => _pages--;

    public override int Statistics(ref FileSystemStatistics statistics)
    {
        statistics.Blocks = PageLimit;
        statistics.FreeBlocks = PageLimit - _pages;
        statistics.AvailableBlocks = statistics.FreeBlocks;
        statistics.Files = PageLimit;
        statistics.FreeFiles = statistics.Files - _lastNumber;
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
