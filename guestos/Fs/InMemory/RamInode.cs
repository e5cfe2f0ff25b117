using System;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A file, directory or symbolic link in memory.</summary>
internal unsafe class RamInode : Inode
{
    private byte* _target;
    private ulong _reservedPages;

    public RamInode(RamFileSystem fileSystem, InodeKind kind, uint mode)
    {
        FileSystem = fileSystem;
        Kind = kind;
        Mode = mode;
        Number = fileSystem.NextNumber();
        fileSystem.InodeCount++;
        Touch();
        Accessed = Modified;
        Seals = FileSeals.Seal;
        if (kind == InodeKind.Regular && fileSystem.HasHugePages) HugePages = new HugePageCache(this);
        else if (kind == InodeKind.Regular) Pages = new PageCache(this);
        if (kind == InodeKind.Directory) LinkCount = 2;
    }

    public override int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        return -Errno.NoEntry;
    }

    public override int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        RamFileSystem fileSystem = (RamFileSystem)FileSystem;
        if (fileSystem.HasNoInodes) return -Errno.NoSpace;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        child = new RamInode(fileSystem, kind, mode);
        Permission.SetOwner(child, this);
        if (kind == InodeKind.Directory) LinkCount++;
        Touch();
        return 0;
    }

    public override int CreateUnnamed(uint mode, out Inode file)
    {
        file = null;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        file = new RamInode((RamFileSystem)FileSystem, InodeKind.Regular, mode) { LinkCount = 0 };
        Permission.SetOwner(file, this);
        return 0;
    }

    public override int CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out Inode child)
    {
        int error = Create(name, InodeKind.SymbolicLink, 0x1ff, out child);
        if (error != 0) return error;
        RamInode link = (RamInode)child;
        link._target = (byte*)KernelHeap.Allocate((ulong)target.Length);
        for (int i = 0; i < target.Length; i++) link._target[i] = target[i];
        link.SizeBytes = (ulong)target.Length;
        return 0;
    }

    public override int AddName(ReadOnlySpan<byte> name, Inode file)
    {
        file.LinkCount++;
        file.Changed = Timestamp.Now;
        Touch();
        return 0;
    }

    public override int Remove(Dentry entry)
    {
        Inode inode = entry.Inode;
        if (inode.Kind == InodeKind.Directory)
        {
            if (entry.FirstChild != null) return -Errno.NotEmpty;
            inode.LinkCount = 0;
            LinkCount--;
        }
        else inode.LinkCount--;
        inode.Changed = Timestamp.Now;
        Touch();
        return 0;
    }

    public override int Rename(Dentry entry, Inode newParent, ReadOnlySpan<byte> newName)
    {
        if (entry.IsDirectory)
        {
            LinkCount--;
            newParent.LinkCount++;
        }
        Touch();
        newParent.Touch();
        entry.Inode.Changed = Modified;
        return 0;
    }

    public override int ReadLink(byte* buffer, int capacity)
    {
        if (Kind != InodeKind.SymbolicLink) return -Errno.Invalid;
        int length = (int)SizeBytes < capacity ? (int)SizeBytes : capacity;
        Memory.Copy(buffer, _target, (ulong)length);
        return length;
    }

    public override int Open(uint flags, out OpenFile file)
    {
        if (Kind == InodeKind.Pipe) return PipeInode.OpenNamed(this, flags, out file);
        file = Kind == InodeKind.Directory ? new MemoryDirectory(this, flags) : HugePages != null ? new HugeFile(this, flags) : new RegularFile(this, flags);
        return 0;
    }

    /// <summary>A page nobody wrote is a hole.</summary>
    public override int ReadPage(ulong pageIndex, byte* destination)
    {
        Memory.ClearPage(destination);
        return 0;
    }

    public override bool IsInMemory => true;

    /// <summary>Charges pages that are still to come; from then on none is charged when it comes.</summary>
    public void Reserve(ulong pages)
    {
        _reservedPages = pages;
        CommitCharge.Change(pages);
    }

    public override bool ClaimPage()
    {
        if (!((RamFileSystem)FileSystem).ClaimPage()) return false;
        if (_reservedPages == 0) CommitCharge.Change(1);
        return true;
    }

    public override bool HasRoomFor(ulong pages) => ((RamFileSystem)FileSystem).HasRoomFor(pages);

    public override void ReturnPage()
    {
        ((RamFileSystem)FileSystem).ReturnPage();
        if (_reservedPages == 0) CommitCharge.Change(ulong.MaxValue);
    }

    public override int SetSize(ulong sizeBytes) => 0;

    protected override void Destroy()
    {
        RamFileSystem fileSystem = (RamFileSystem)FileSystem;
        Content?.Destroy();
        CommitCharge.Change(0 - _reservedPages);
        if (_target != null) KernelHeap.Free(_target);
        KernelHeap.Free(this);
        fileSystem.ForgetInode();
    }
}
