using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A mounted file system. Never freed: mounts stay for the kernel's life.</summary>
internal abstract class FileSystem
{
    private static uint s_lastDevice;

    /// <summary>Next in the list of mounts, in mount order.</summary>
    public FileSystem NextMounted;

    /// <summary>The root directory of the tree.</summary>
    public Dentry Root;

    /// <summary>The directory the tree is mounted on; null for the root file system.</summary>
    public Dentry MountPoint;
    public bool IsReadOnly;

    /// <summary>st_dev: major 0 and a number of its own.</summary>
    public readonly uint Device = ++s_lastDevice;

    /// <summary>The f_type of statfs(2).</summary>
    public abstract ulong Magic { get; }

    /// <summary>st_blksize of its files, and f_bsize.</summary>
    public virtual uint BlockBytes => 4096;

    /// <summary>See <see cref="PageSource.AlignsHugePages"/>.</summary>
    public virtual bool AlignsHugePages => false;

    /// <summary>The name in /proc/mounts and /proc/filesystems. A literal.</summary>
    public abstract string Name { get; }

    /// <summary>True when names once found stay in the dentry cache.</summary>
    public abstract bool CachesNames { get; }

    /// <summary>True when the dentry cache may forget names and pages to save memory: they can be asked for again.</summary>
    public abstract bool IsEvictable { get; }

    /// <summary>Fills in what statfs(2) reports; 0 or a negative errno.</summary>
    public virtual int Statistics(ref FileSystemStatistics statistics) => 0;
}

/// <summary>struct statfs, in its order.</summary>
internal unsafe struct FileSystemStatistics
{
    public ulong Magic;
    public ulong BlockBytes;
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong Files;
    public ulong FreeFiles;
    public ulong Id;
    public ulong NameBytes;
    public ulong FragmentBytes;
    public ulong Flags;
    public fixed ulong Spare[4];
}
