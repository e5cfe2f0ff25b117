using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>
/// A host file over 9p. <see cref="Fid"/> names it; its data is read and written through <see cref="NinePHandles"/>.
/// </summary>
internal sealed unsafe class NinePInode : Inode
{
    private const uint RemoveDirectoryFlag = 0x200;

    private readonly NinePFileSystem _fileSystem;
    private NinePHandles _handles;

    // What the server said last, and whether this kernel has changed the file since.
    private ulong _storedSize;
    private Timestamp _storedTime;
    private bool _isChangedHere;

    /// <summary>Takes over a fid that was walked to and is not open.</summary>
    public NinePInode(NinePFileSystem fileSystem, uint fid)
    {
        FileSystem = fileSystem;
        _fileSystem = fileSystem;
        Fid = fid;
        _handles = new NinePHandles(fileSystem, fid);
    }

    public uint Fid { get; }

    /// <summary>The next in <see cref="NinePFileTable"/>, which alone changes it.</summary>
    public NinePInode NextInTable;

    public override int ReadAheadPages => 32;

    public override bool NeedsWriteBack => !_fileSystem.IsReadOnly;

    public override bool RenameReplaces => true;

    public override int Lookup(ReadOnlySpan<byte> name, out Inode child)
    {
        child = null;
        if (Kind != InodeKind.Directory) return -Errno.NotDirectory;
        int error = _fileSystem.Walk(Fid, name, out uint fid);
        if (error != 0) return error;
        return Adopt(fid, out child);
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = null;
        int error;
        if (Kind == InodeKind.Directory)
        {
            error = _fileSystem.OpenAnother(Fid, OpenFlags.Directory, out uint directoryFid);
            if (error == 0) file = new NinePDirectory(this, _fileSystem, directoryFid, flags);
            return error;
        }
        // Host devices and pipes are not the guest's business.
        if (Kind != InodeKind.Regular) return -Errno.NoDevice;
        error = _handles.Prepare(flags);
        if (error == 0) error = Revalidate();
        if (error != 0) return error;
        // Written pages that are not whole have to be read first; where the host does not allow it, they are written past the cache.
        if (OpenFlags.CanWrite(flags)) _handles.EnsureReadable();
        file = new RegularFile(this, flags);
        return 0;
    }

    public override int ReadPages(ulong firstPage, int count, uint* frames)
    {
        PageCache.PagesRead += (ulong)count;
        int error = _handles.EnsureReadable();
        return error != 0 ? error : NinePTransfer.Read(_fileSystem, _handles.ReadFid, SizeBytes, firstPage << 12, frames, count);
    }

    public override int WritePages(ulong firstPage, int count, uint* frames)
    {
        PageCache.PagesWritten += (ulong)count;
        int error = _handles.EnsureWritable();
        if (error != 0) return error;
        _isChangedHere = true;
        ulong end = (firstPage + (ulong)count) << 12;
        return NinePTransfer.Write(_fileSystem, _handles.WriteFid, firstPage << 12, end < SizeBytes ? end : SizeBytes, frames);
    }

    public override int WriteUncached(ulong offset, uint frame, uint lengthBytes)
    {
        int error = _handles.EnsureWritable();
        if (error != 0) return error;
        _isChangedHere = true;
        uint written = 0;
        return NinePTransfer.WriteWithinPage(_fileSystem, _handles.WriteFid, offset, frame, lengthBytes, ref written);
    }

    public override int ReadLink(byte* buffer, int capacity)
    {
        if (Kind != InodeKind.SymbolicLink) return -Errno.Invalid;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.ReadLink);
        request.Word(Fid);
        int error = _fileSystem.Channel.Call(ref request, out NinePMessage reply);
        if (error != 0) return error;
        ReadOnlySpan<byte> target = reply.TakeText();
        int length = target.Length < capacity ? target.Length : capacity;
        for (int i = 0; i < length; i++) buffer[i] = target[i];
        return length;
    }

    public override int Create(ReadOnlySpan<byte> name, InodeKind kind, uint mode, out Inode child)
    {
        child = null;
        NinePMessage request;
        int error;
        if (kind == InodeKind.Directory)
        {
            request = _fileSystem.Channel.Begin(NinePType.MakeDirectory);
            request.Word(Fid);
            request.Text(name);
            request.Word(mode);
            request.Word(0);
            error = _fileSystem.Channel.Call(ref request, out _);
        }
        else if (kind == InodeKind.Regular)
        {
            return CreateFile(name, mode, out child);
        }
        else return -Errno.NotPermitted;
        if (error == 0) Touch();
        return error != 0 ? error : Lookup(name, out child);
    }

    /// <summary>Tlcreate turns the directory's fid into the new file's, open. It stays: the file's mode may forbid to open it again.</summary>
    private int CreateFile(ReadOnlySpan<byte> name, uint mode, out Inode child)
    {
        child = null;
        int error = _fileSystem.Walk(Fid, default, out uint fid);
        if (error != 0) return error;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Create);
        request.Word(fid);
        request.Text(name);
        request.Word(OpenFlags.ReadWrite | OpenFlags.Exclusive);
        request.Word(mode);
        request.Word(0);
        error = _fileSystem.Channel.Call(ref request, out _);
        if (error == 0)
        {
            Touch();
            error = Lookup(name, out child);
        }
        if (error == 0 && child.Kind == InodeKind.Regular) ((NinePInode)child)._handles.Adopt(fid);
        else _fileSystem.Clunk(fid);
        return error;
    }

    public override int CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out Inode child)
    {
        child = null;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.SymbolicLink);
        request.Word(Fid);
        request.Text(name);
        request.Text(target);
        request.Word(0);
        int error = _fileSystem.Channel.Call(ref request, out _);
        if (error == 0) Touch();
        return error != 0 ? error : Lookup(name, out child);
    }

    public override int AddName(ReadOnlySpan<byte> name, Inode file)
    {
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Link);
        request.Word(Fid);
        request.Word(((NinePInode)file).Fid);
        request.Text(name);
        int error = _fileSystem.Channel.Call(ref request, out _);
        if (error == 0) file.LinkCount++;
        return error;
    }

    public override int Remove(Dentry entry)
    {
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.UnlinkAt);
        request.Word(Fid);
        request.Text(entry.Name);
        request.Word(entry.IsDirectory ? RemoveDirectoryFlag : 0);
        int error = _fileSystem.Channel.Call(ref request, out _);
        if (error != 0) return error;
        entry.Inode.LinkCount = entry.IsDirectory ? 0 : entry.Inode.LinkCount - 1;
        Touch();
        return 0;
    }

    public override int Rename(Dentry entry, Inode newParent, ReadOnlySpan<byte> newName)
    {
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.RenameAt);
        request.Word(Fid);
        request.Text(entry.Name);
        request.Word(((NinePInode)newParent).Fid);
        request.Text(newName);
        int error = _fileSystem.Channel.Call(ref request, out _);
        if (error != 0) return error;
        Touch();
        newParent.Touch();
        return 0;
    }

    public override int SetSize(ulong sizeBytes) => SendAttributes(AttributeMask.Size, sizeBytes);

    public override int StoreAttributes(uint mask) => SendAttributes(mask, SizeBytes);

    public override int Synchronize() => _handles.Synchronize();

    /// <remarks>A file that is to be written later keeps its handles: whoever writes it comes here again.</remarks>
    protected override void OnUnused()
    {
        if (RegularFile.WritesOnClose != 0 || Pages == null || Pages.DirtyCount == 0) CloseHandles();
    }

    private void CloseHandles()
    {
        if (Pages != null) Pages.WriteBack();
        _handles.Close();
    }

    protected override void Destroy()
    {
        CloseHandles();
        if (Pages != null)
        {
            _fileSystem.Files.Remove(this);
            Pages.Destroy();
        }
        _fileSystem.Clunk(Fid);
        KernelHeap.Free(this);
    }

    private int Adopt(uint fid, out Inode child)
    {
        NinePInode inode = new NinePInode(_fileSystem, fid);
        int error = _fileSystem.ReadAttributes(fid, inode, isNew: true);
        child = inode;
        if (error == 0 && inode.Kind == InodeKind.Regular) child = Known(inode);
        if (error == 0 && child == inode)
        {
            if (inode.Kind == InodeKind.Regular) inode.EnterTable();
            inode.Remember();
            return 0;
        }
        inode.Release();
        if (error != 0) child = null;
        return error;
    }

    /// <summary>The inode of a file that is known by another name, with a reference, or the new one.</summary>
    private NinePInode Known(NinePInode inode)
    {
        NinePInode known = inode.LinkCount > 1 ? _fileSystem.Files.Find(inode.Number) : null;
        if (known == null) return inode;
        known.LinkCount = inode.LinkCount;
        known.AddReference();
        return known;
    }

    private void EnterTable()
    {
        Pages = new PageCache(this);
        _fileSystem.Files.Add(this);
    }

    /// <summary>
    /// Looks whether the host has changed the file since it was last opened, and forgets what is cached then (close-to-open consistency). Changes this
    /// kernel has yet to write win.
    /// </summary>
    private int Revalidate()
    {
        if (Pages.DirtyCount != 0) return 0;
        Timestamp accessed = Accessed, modified = Modified, changed = Changed;
        ulong size = SizeBytes;
        int error = _fileSystem.ReadAttributes(Fid, this, isNew: false);
        if (error != 0) return error;
        bool isForeign = SizeBytes != (_isChangedHere ? size : _storedSize) || !_isChangedHere && !Modified.Equals(_storedTime);
        Remember();
        if (isForeign)
        {
            Pages.Truncate(SizeBytes);
            Pages.Forget();
        }
        else
        {
            Accessed = accessed;
            Modified = modified;
            Changed = changed;
        }
        return 0;
    }

    private void Remember()
    {
        _storedSize = SizeBytes;
        _storedTime = Modified;
        _isChangedHere = false;
    }

    private int SendAttributes(uint mask, ulong sizeBytes)
    {
        _isChangedHere = true;
        if ((mask & (AttributeMask.Mode | AttributeMask.UserId | AttributeMask.GroupId)) != 0) _handles.AskNextTime();
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.SetAttributes);
        request.Word(Fid);
        request.Word(mask);
        request.Word(Mode);
        request.Word(UserId);
        request.Word(GroupId);
        request.Long(sizeBytes);
        request.Long(Accessed.Seconds);
        request.Long(Accessed.Nanoseconds);
        request.Long(Modified.Seconds);
        request.Long(Modified.Nanoseconds);
        return _fileSystem.Channel.Call(ref request, out _);
    }
}
