using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A file system: a tree of its own, mounted or not.</summary>
internal abstract class FileSystem
{
    private static uint s_lastDevice;
    private uint _users;
    private bool _isUnmounted;

    /// <summary>The root directory of the tree.</summary>
    public Dentry Root;

    /// <summary>Where it is in the tree of everything; null when it is in none.</summary>
    public Mount Mount;

    /// <summary>The next of those that <see cref="FileSystemTypes"/> keeps.</summary>
    public FileSystem NextUnused;

    /// <summary>How it is mounted.</summary>
    public MountFlags Flags;

    public bool IsReadOnly => (Flags & MountFlags.ReadOnly) != 0;

    /// <summary>True while files of it are open or mapped, or processes are in its directories.</summary>
    public bool IsInUse => _users != 0;

    /// <summary>Failures to write files of it back, for syncfs(2).</summary>
    public WriteErrors Errors;

    /// <summary>Files that are open for writing.</summary>
    public uint WriterCount;

    /// <summary>A file was opened or mapped, or a directory entered.</summary>
    public void AddUser() => _users++;

    /// <summary>A user has gone. With the last one of a file system that was unmounted all of it goes.</summary>
    public void RemoveUser()
    {
        if (--_users == 0 && _isUnmounted) Dismantle();
    }

    /// <summary>It is in the tree.</summary>
    public void OnMounted() => _isUnmounted = false;

    /// <summary>It is mounted nowhere any more, and goes with its last user.</summary>
    public void OnUnmounted()
    {
        _isUnmounted = true;
        if (!IsInUse) Dismantle();
    }

    /// <summary>Frees what only a mounted file system needs. Nobody uses it any more.</summary>
    protected virtual void Dismantle() { }

    /// <summary>Writes the options of its own that /proc/mounts shows, each after a comma.</summary>
    public virtual void WriteOptions(ref TextWriter writer) { }

    /// <summary>Changes what mount's options say, of a mounted file system or a new one: 0, or -EINVAL for unknown ones.</summary>
    public virtual int Configure(ReadOnlySpan<byte> options) => 0;

    /// <summary>False for what the host has lent for reading.</summary>
    public virtual bool MayBeWritten => true;

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

    /// <summary>True when two renames, one after the other, can exchange names: neither can fail.</summary>
    public virtual bool ExchangesNames => false;

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
