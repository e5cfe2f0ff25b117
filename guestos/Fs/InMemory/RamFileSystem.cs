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
    private TmpfsOptions _options;
    private bool _isDismantled;

    /// <summary>Pages of data it may hold: half of memory if not given, as Linux's tmpfs.</summary>
    public ulong LimitPages { get; set; } = FrameAllocator.TotalFrames / 2;

    /// <summary>Pages of all file systems in memory: Linux's Shmem.</summary>
    public static ulong TotalPages { get; private set; }

    public RamFileSystem(string name, uint rootMode)
    {
        _name = name;
        Root = new Dentry(null, ""u8, NewRoot(rootMode));
    }

    public override ulong Magic => TmpfsMagic;

    /// <summary>Makes the directory everything is in; called while the object is being made.</summary>
    protected virtual RamInode NewRoot(uint mode) => new RamInode(this, InodeKind.Directory, mode);

    public override string Name => _name;

    /// <summary>True when what is in it stays while it is mounted nowhere.</summary>
    public bool IsKept { get; set; }

    /// <summary>True when regular files consist of huge pages.</summary>
    public virtual bool HasHugePages => false;

    public override bool CachesNames => true;

    public override bool ExchangesNames => true;

    public override bool IsEvictable => false;

    public ulong NextNumber() => ++_lastNumber;

    /// <summary>Files, directories and links in it.</summary>
    public ulong InodeCount;

    /// <summary>How many there may be: one for every page that is in half of memory or in the limit if not given, as in Linux's tmpfs.</summary>
    private ulong LimitInodes => _options.Inodes != 0 ? _options.Inodes : _options.Pages != 0 ? FrameAllocator.TotalFrames / 2 : LimitPages;

    /// <summary>True when there may be no more of them.</summary>
    public bool HasNoInodes => InodeCount >= LimitInodes;

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
        statistics.Files = LimitInodes;
        statistics.FreeFiles = HasNoInodes ? 0 : LimitInodes - InodeCount;
        return 0;
    }

    /// <summary>Linux's tmpfs(5): size, nr_blocks, nr_inodes, mode, uid and gid.</summary>
    public override int Configure(ReadOnlySpan<byte> options)
    {
        TmpfsOptions wanted = _options;
        // Nothing that is there may lie beyond a new limit.
        if (!wanted.TryParse(options) || wanted.Pages != 0 && wanted.Pages < _pages || wanted.Inodes != 0 && wanted.Inodes < InodeCount) return -Errno.Invalid;
        _options = wanted;
        if (wanted.Pages != 0) LimitPages = wanted.Pages;
        wanted.Apply(Root.Inode);
        return 0;
    }

    public override void WriteOptions(ref TextWriter writer) => _options.Write(ref writer);

    /// <summary>An inode has gone. With the last one of a file system that was dismantled the object goes.</summary>
    public void ForgetInode()
    {
        if (--InodeCount == 0 && _isDismantled) KernelHeap.Free(this);
    }

    /// <summary>Takes all names away, from the leaves on. What somebody still holds for a moment goes later.</summary>
    protected override void Dismantle()
    {
        if (IsKept) return;
        _isDismantled = true;
        Dentry root = Root, entry = root;
        while (true)
        {
            while (entry.FirstChild != null) entry = entry.FirstChild;
            if (entry == root) break;
            Dentry parent = entry.Parent;
            DentryCache.Delete(entry);
            entry = parent;
        }
        root.Release();
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
