using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>File types.</summary>
internal enum InodeKind
{
    Regular,
    Directory,
    SymbolicLink,
    CharacterDevice,
    Pipe,
}

/// <summary>
/// A file, whatever file system it lives in. Counted: <see cref="AddReference"/> and <see cref="Release"/>; methods that hand out an inode
/// hand out a reference with it. Methods return 0 or more on success, a negative errno on failure, and may sleep.
/// </summary>
internal abstract unsafe class Inode
{
    private int _references = 1;

    public InodeKind Kind;
    public ulong Number;

    /// <summary>Permission bits only; the type is <see cref="Kind"/>.</summary>
    public uint Mode;
    public uint UserId;
    public uint GroupId;
    public uint LinkCount = 1;
    public ulong SizeBytes;

    /// <summary>Seconds since 1970.</summary>
    public ulong ModifiedSeconds;

    /// <summary>The cached pages; made on first use, only for regular files.</summary>
    public PageCache Pages;

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one calls <see cref="Destroy"/>.</summary>
    public void Release()
    {
        if (--_references == 0) Destroy();
    }

    /// <summary>Frees the inode and what it owns.</summary>
    protected abstract void Destroy();

    /// <summary>Finds a name in a directory ("." and ".." are resolved by the caller).</summary>
    public virtual int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        return -Errno.NotDirectory;
    }

    /// <summary>Makes a file, directory or device in a directory.</summary>
    public virtual int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        return -Errno.ReadOnly;
    }

    /// <summary>Removes a name from a directory.</summary>
    public virtual int Remove(ReadOnlySpan<byte> name) => -Errno.ReadOnly;

    /// <summary>Copies a symbolic link's target without NUL, cut to the capacity; returns its length.</summary>
    public virtual int ReadLink(byte* buffer, int capacity) => -Errno.Invalid;

    /// <summary>Makes the open file for this inode; flags are open(2)'s. The open file takes its own reference.</summary>
    public abstract int Open(uint flags, out OpenFile file);

    /// <summary>Reads one page of file data; <paramref name="destination"/> has 4096 bytes and is zero filled past the file's end.</summary>
    public virtual int ReadPage(ulong pageIndex, byte* destination) => -Errno.InputOutput;

    /// <summary>Changes the length of a regular file.</summary>
    public virtual int Truncate(ulong sizeBytes) => -Errno.ReadOnly;
}
