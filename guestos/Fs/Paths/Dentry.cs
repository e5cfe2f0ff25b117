using System;
using System.Runtime.CompilerServices;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// A name in a directory (Linux's dentry): parent, name, inode. Counted. The dentry cache holds one reference of each entry it lists, a child one of its
/// parent. In file systems that live in memory the listed entries are the directory.
/// </summary>
internal sealed unsafe class Dentry
{
    private static ulong s_lastCookie = 2;

    /// <summary>Names in memory.</summary>
    public static ulong Count { get; private set; }

    private int _references = 1;
    private byte* _name;

    /// <summary>The directory the name is in, with a reference; null for the root of a file system.</summary>
    public Dentry Parent;

    /// <summary>What the name means, with a reference.</summary>
    public readonly Inode Inode;

    /// <summary>The file system mounted here, or null.</summary>
    public FileSystem Mounted;
    public int NameLength { get; private set; }
    public uint Hash { get; private set; }

    /// <summary>True while the dentry cache lists the entry.</summary>
    public bool IsListed;

    /// <summary>True once the name was removed.</summary>
    public bool IsDeleted;

    /// <summary>Place in the directory, growing in order of creation: getdents64's offset.</summary>
    public ulong Cookie { get; private set; }

    public Dentry NextInBucket;
    public Dentry FirstChild;
    public Dentry LastChild;
    public Dentry NextSibling;
    public Dentry PreviousSibling;

    /// <summary>Links of the entries that may be evicted, oldest first.</summary>
    public Dentry NextEvictable;
    public Dentry PreviousEvictable;

    /// <summary>An entry that is not listed yet; takes over the caller's reference to the inode.</summary>
    public Dentry(Dentry parent, ReadOnlySpan<byte> name, Inode inode)
    {
        Inode = inode;
        if (inode.Alias == null) inode.Alias = this;
        inode.NameCount++;
        Count++;
        KernelHeap.AddReclaimable(Unsafe.AddressOf(this));
        Rename(parent, name);
    }

    public ReadOnlySpan<byte> Name => new ReadOnlySpan<byte>(_name, NameLength);

    public int References => _references;

    public bool IsDirectory => Inode.Kind == InodeKind.Directory;

    /// <summary>The entry itself, or for the root of a mounted file system the directory that it hides, and so on.</summary>
    public Dentry OutOfMounts
    {
        get
        {
            Dentry entry = this;
            while (entry.Parent == null && entry.Inode.FileSystem?.Mount?.Point is Dentry point) entry = point;
            return entry;
        }
    }

    public void AddReference() => _references++;

    public void Release()
    {
        if (--_references != 0) return;
        Count--;
        if (Inode.Alias == this) Inode.Alias = null;
        Inode.NameCount--;
        Inode.Release();
        Dentry parent = Parent;
        ForgetName();
        KernelHeap.RemoveReclaimable(Unsafe.AddressOf(this));
        KernelHeap.Free(this);
        parent?.Release();
    }

    /// <summary>Gives an unlisted entry another place and name.</summary>
    public void Rename(Dentry parent, ReadOnlySpan<byte> name)
    {
        parent?.AddReference();
        byte* copy = (byte*)KernelHeap.Allocate((ulong)name.Length + 1);
        for (int i = 0; i < name.Length; i++) copy[i] = name[i];
        if (_name != null) ForgetName();
        _name = copy;
        KernelHeap.AddReclaimable(copy);
        NameLength = name.Length;
        Hash = HashOf(name);
        Cookie = ++s_lastCookie;
        Dentry old = Parent;
        Parent = parent;
        old?.Release();
    }

    public bool HasName(ReadOnlySpan<byte> name)
    {
        if (name.Length != NameLength) return false;
        for (int i = 0; i < NameLength; i++)
            if (_name[i] != name[i]) return false;
        return true;
    }

    /// <summary>FNV-1a.</summary>
    public static uint HashOf(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        for (int i = 0; i < name.Length; i++) hash = (hash ^ name[i]) * 16777619;
        return hash;
    }

    /// <summary>
    /// Writes the absolute path without NUL at the buffer's start; " (deleted)" follows for removed names. Returns its length, or -ERANGE when it
    /// does not fit.
    /// </summary>
    public int CopyPath(byte* buffer, int capacity)
    {
        int start = capacity;
        if (IsDeleted && !Prepend(buffer, ref start, " (deleted)"u8)) return -Errno.Range;
        Dentry entry = this;
        int end = start;
        while (true)
        {
            if (entry.Parent != null)
            {
                if (!Prepend(buffer, ref start, entry.Name) || !Prepend(buffer, ref start, "/"u8)) return -Errno.Range;
                entry = entry.Parent;
                continue;
            }
            // Pipes and the like are known by a name without a place.
            if (entry.Inode.FileSystem == null && !Prepend(buffer, ref start, entry.Name)) return -Errno.Range;
            Dentry point = entry.OutOfMounts;
            if (point == entry) break;
            entry = point;
        }
        if (start == end && !Prepend(buffer, ref start, "/"u8)) return -Errno.Range;
        Memory.Move(buffer, buffer + start, (ulong)(capacity - start));
        return capacity - start;
    }

    private void ForgetName()
    {
        KernelHeap.RemoveReclaimable(_name);
        KernelHeap.Free(_name);
    }

    private static bool Prepend(byte* buffer, ref int start, ReadOnlySpan<byte> text)
    {
        if (text.Length > start) return false;
        start -= text.Length;
        for (int i = 0; i < text.Length; i++) buffer[start + i] = text[i];
        return true;
    }
}
