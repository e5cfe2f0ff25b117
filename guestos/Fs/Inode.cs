using System;
using System.Runtime.CompilerServices;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>File types.</summary>
internal enum InodeKind
{
    Regular,
    Directory,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Pipe,

    /// <summary>Behind descriptors that are no files: timers, event counters, epoll. st_mode has no type.</summary>
    Anonymous,
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

    /// <summary>st_blocks where the file system tells, else 0.</summary>
    public ulong StoredBlocks;

    /// <summary>st_rdev of a device.</summary>
    public uint DeviceNumber;
    public Timestamp Accessed;
    public Timestamp Modified;
    public Timestamp Changed;

    /// <summary>Where it lives; null for pipes and the like.</summary>
    public FileSystem FileSystem;

    /// <summary>A name of the file, without a reference, for showing its path; null when it has none.</summary>
    public Dentry Alias;

    /// <summary>Names in memory, each of which has a reference; only <see cref="Dentry"/> changes it.</summary>
    public int NameCount;

    /// <summary>True when names alone refer to it.</summary>
    public bool IsUnused => _references == NameCount;

    /// <summary>The cached pages, only for regular files.</summary>
    public PageCache Pages;

    /// <summary>The huge pages of a regular file that has no others; null for all others.</summary>
    public HugePageCache HugePages;

    /// <summary>What a mapping shows: the one or the other; null for what is no regular file.</summary>
    public InodePages Content => HugePages != null ? HugePages : Pages;

    /// <summary>Open files that were opened by name for writing: the file cannot be run meanwhile.</summary>
    public int WriteOpenCount;

    /// <summary>It is some process's program, or about to be: it cannot be opened for writing (ETXTBSY).</summary>
    public bool IsRunning => Pages != null && Pages.ProgramCount != 0;

    /// <summary>What may no longer be done to the data; only files in memory have any.</summary>
    public FileSeals Seals;

    /// <summary>What flows through a named pipe while somebody has it open; else, and for all others, null.</summary>
    public PipeInode Flow;

    /// <summary>flock's and fcntl's locks; null while nobody has ever locked the file.</summary>
    public FileLocks Locks;

    /// <summary>True for a file opened by O_TMPFILE: it may be linked though it has no name.</summary>
    public bool MayGetFirstName;

    /// <summary>True when the data is nowhere but in <see cref="Pages"/>: a page that is not there is a hole.</summary>
    public virtual bool IsInMemory => false;

    protected Inode() => KernelHeap.AddReclaimable(Unsafe.AddressOf(this));

    public void AddReference() => _references++;

    /// <summary>Drops a reference; the last one calls <see cref="Destroy"/>.</summary>
    public void Release()
    {
        _references--;
        if (_references != 0)
        {
            if (IsUnused) OnUnused();
            return;
        }
        Locks?.Destroy();
        KernelHeap.RemoveReclaimable(Unsafe.AddressOf(this));
        Destroy();
    }

    /// <summary>st_mode: type and permission bits.</summary>
    public uint TypeAndMode => Mode | (uint)DirectoryTypeOf(Kind) << 12;

    /// <summary>d_type of getdents64.</summary>
    public byte DirectoryType => DirectoryTypeOf(Kind);

    /// <summary>d_type of getdents64, which is also what st_mode has above the permission bits.</summary>
    public static byte DirectoryTypeOf(InodeKind kind) => kind switch
    {
        InodeKind.Regular => 8,
        InodeKind.Directory => 4,
        InodeKind.SymbolicLink => 10,
        InodeKind.CharacterDevice => 2,
        InodeKind.BlockDevice => 6,
        InodeKind.Anonymous => 0,
        _ => 1,
    };

    /// <summary>Frees the inode and what it owns.</summary>
    protected abstract void Destroy();

    /// <summary>Nobody but dentries refers to the inode any more: host handles can be closed.</summary>
    protected virtual void OnUnused() { }

    /// <summary>Finds a name in a directory that the dentry cache does not have ("." and ".." are resolved by the caller).</summary>
    public virtual int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        return -Errno.NotDirectory;
    }

    /// <summary>Makes a file, directory or device in a directory; the name is known to be free.</summary>
    public virtual int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        return kind == InodeKind.Regular ? -Errno.Access : -Errno.NotPermitted;
    }

    /// <summary>Makes a file that no name leads to, in this directory's file system.</summary>
    public virtual int CreateUnnamed(uint mode, out Inode file)
    {
        file = null;
        return -Errno.NotSupported;
    }

    /// <summary>Makes a symbolic link in a directory; the name is known to be free.</summary>
    public virtual int CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out Inode child)
    {
        child = null;
        return -Errno.NotPermitted;
    }

    /// <summary>Gives a file of the same file system another name in this directory.</summary>
    public virtual int AddName(ReadOnlySpan<byte> name, Inode file) => -Errno.NotPermitted;

    /// <summary>Removes a name from a directory. The caller has checked the kind; -ENOTEMPTY for a directory with entries.</summary>
    public virtual int Remove(Dentry entry) => -Errno.NotPermitted;

    /// <summary>Moves an entry of this directory to another one of the same file system.</summary>
    public virtual int Rename(Dentry entry, Inode newParent, ReadOnlySpan<byte> newName) => -Errno.NotPermitted;

    /// <summary>True when <see cref="Rename"/> itself removes what had the name.</summary>
    public virtual bool RenameReplaces => false;

    /// <summary>Copies a symbolic link's target without NUL, cut to the capacity; returns its length.</summary>
    public virtual int ReadLink(byte* buffer, int capacity) => -Errno.Invalid;

    /// <summary>For links that lead to an object instead of a path (/proc/self/exe): the object, with a reference. -ENOTSUP for others.</summary>
    public virtual int Follow(out Dentry target)
    {
        target = null;
        return -Errno.NotSupported;
    }

    /// <summary>Makes the open file for this inode; flags are open(2)'s. The open file takes its own reference.</summary>
    public abstract int Open(uint flags, out OpenFile file);

    /// <summary>Reads one page of file data; <paramref name="destination"/> has 4096 bytes and is zero filled past the file's end.</summary>
    public virtual int ReadPage(ulong pageIndex, byte* destination) => -Errno.InputOutput;

    /// <summary>Reads consecutive pages into frames, zero filled past the file's end.</summary>
    public virtual int ReadPages(ulong firstPage, int count, uint* frames)
    {
        for (int i = 0; i < count; i++)
        {
            int error = ReadPage(firstPage + (ulong)i, Arch.Physical.FramePointer(frames[i]));
            if (error != 0) return error;
        }
        return 0;
    }

    /// <summary>Writes consecutive pages back, not beyond the file's end.</summary>
    public virtual int WritePages(ulong firstPage, int count, uint* frames) => -Errno.InputOutput;

    /// <summary>Writes bytes of one page past the cache, for a file that cannot be read; <paramref name="frame"/> begins with them.</summary>
    public virtual int WriteUncached(ulong offset, uint frame, uint lengthBytes) => -Errno.Access;

    /// <summary>Pages worth reading ahead of a miss; 0 where reading costs nothing.</summary>
    public virtual int ReadAheadPages => 0;

    /// <summary>Asks the file system for room for one more cached page; false when it has none left.</summary>
    public virtual bool ClaimPage() => true;

    /// <summary>True when the file system has room for so many more cached pages.</summary>
    public virtual bool HasRoomFor(ulong pages) => true;

    /// <summary>A page that was claimed is not cached any more.</summary>
    public virtual void ReturnPage() { }

    /// <summary>An area has begun to map <see cref="Pages"/>.</summary>
    public virtual void OnMapped() { }

    /// <summary>An area has ceased to map <see cref="Pages"/>.</summary>
    public virtual void OnUnmapped() { }

    /// <summary>True when changed pages must be written back some time.</summary>
    public virtual bool NeedsWriteBack => false;

    /// <summary>Changes the length where the file is stored. The page cache and <see cref="SizeBytes"/> are the caller's business.</summary>
    public virtual int SetSize(ulong sizeBytes) => -Errno.Invalid;

    /// <summary>Whether the running process may use the file: 0 or -EACCES.</summary>
    /// <param name="wanted"><see cref="Permission"/>'s bits.</param>
    public virtual int CheckAccess(uint wanted) => Permission.Check(this, wanted);

    /// <summary>chmod, chown and utimensat: stores the attributes named by <see cref="AttributeMask"/> bits, which the caller has set in the inode.</summary>
    public virtual int StoreAttributes(uint mask) => 0;

    /// <summary>Makes what was written durable.</summary>
    public virtual int Synchronize() => 0;

    /// <summary>Sets modification and change time to now.</summary>
    public void Touch()
    {
        Modified = Timestamp.Now;
        Changed = Modified;
    }
}

/// <summary>Which attributes <see cref="Inode.StoreAttributes"/> stores; the values are 9P2000.L's Tsetattr bits.</summary>
internal static class AttributeMask
{
    public const uint Mode = 1;
    public const uint UserId = 2;
    public const uint GroupId = 4;
    public const uint Size = 8;
    public const uint Accessed = 0x10;
    public const uint Modified = 0x20;
    public const uint AccessedGiven = 0x80;
    public const uint ModifiedGiven = 0x100;
}
