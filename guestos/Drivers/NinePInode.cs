using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>
/// A host file over 9p. <see cref="Fid"/> names it; reading and writing use fids of their own, opened when needed and closed when nobody uses the file.
/// </summary>
internal sealed unsafe class NinePInode : Inode
{
    private const uint NoFid = 0;
    private const uint RemoveDirectoryFlag = 0x200;

    private readonly NinePFileSystem _fileSystem;
    private uint _readFid;
    private uint _writeFid;

    // What the server said last, and whether this kernel has changed the file since.
    private ulong _storedSize;
    private Timestamp _storedTime;
    private bool _isChangedHere;

    // The fids are of who made the file or has changed who may use it: the next to open it has to ask the host.
    private bool _isNew;
    private bool _mustAsk;

    /// <summary>Takes over a fid that was walked to and is not open.</summary>
    public NinePInode(NinePFileSystem fileSystem, uint fid)
    {
        FileSystem = fileSystem;
        _fileSystem = fileSystem;
        Fid = fid;
    }

    public uint Fid { get; }

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
            error = OpenFid(OpenFlags.Directory, out uint directoryFid);
            if (error == 0) file = new NinePDirectory(this, _fileSystem, directoryFid, flags);
            return error;
        }
        // Host devices and pipes are not the guest's business.
        if (Kind != InodeKind.Regular) return -Errno.NoDevice;
        error = _mustAsk && !_isNew ? AskHost(flags & OpenFlags.AccessMask) : 0;
        _isNew = false;
        if (error == 0 && (OpenFlags.CanRead(flags) || !OpenFlags.CanWrite(flags))) error = EnsureReadable();
        if (error == 0 && OpenFlags.CanWrite(flags)) error = EnsureWritable();
        if (error == 0) error = Revalidate();
        if (error != 0) return error;
        // Written pages that are not whole have to be read first.
        if (OpenFlags.CanWrite(flags) && _readFid == NoFid) EnsureReadable();
        file = new RegularFile(this, flags);
        return 0;
    }

    public override int ReadPages(ulong firstPage, int count, uint* frames)
    {
        PageCache.PagesRead += (ulong)count;
        int error = EnsureReadable();
        if (error != 0) return error;
        ulong offset = firstPage << 12;
        while (count > 0)
        {
            int batch = count < _fileSystem.MaximumDataFrames ? count : _fileSystem.MaximumDataFrames;
            uint done = 0, wanted = (uint)batch << 12;
            error = ReadBatch(offset, frames, wanted, ref done);
            if (error != 0) return error;
            ZeroRest(frames, done, wanted);
            offset += wanted;
            frames += batch;
            count -= batch;
        }
        return 0;
    }

    public override int WritePages(ulong firstPage, int count, uint* frames)
    {
        PageCache.PagesWritten += (ulong)count;
        int error = EnsureWritable();
        if (error != 0) return error;
        _isChangedHere = true;
        ulong offset = firstPage << 12;
        ulong end = (firstPage + (ulong)count) << 12;
        if (end > SizeBytes) end = SizeBytes;
        while (offset < end)
        {
            ulong limit = (ulong)_fileSystem.MaximumDataFrames << 12;
            uint wanted = (uint)(end - offset < limit ? end - offset : limit);
            error = SendData(offset, frames, wanted, out uint written);
            // A short write goes on at the page it stopped in, which is whole again.
            if (error == 0 && written < wanted && written < 4096) error = SendRest(offset, *frames, wanted < 4096 ? wanted : 4096, ref written);
            if (error != 0) return error;
            if (written < wanted) written &= ~4095u;
            offset += written;
            frames += written >> 12;
        }
        return 0;
    }

    public override int WriteUncached(ulong offset, uint frame, uint lengthBytes)
    {
        int error = EnsureWritable();
        uint written = 0;
        _isChangedHere = true;
        return error != 0 ? error : SendRest(offset, frame, lengthBytes, ref written);
    }

    /// <summary>One Twrite: some of the bytes, at least one, are written when it returns 0.</summary>
    private int SendData(ulong offset, uint* frames, uint lengthBytes, out uint written)
    {
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Write);
        request.Word(_writeFid);
        request.Long(offset);
        request.Word(lengthBytes);
        int error = _fileSystem.Channel.CallWithData(ref request, frames, lengthBytes, out NinePMessage reply);
        written = error == 0 ? reply.TakeWord() : 0;
        return error == 0 && (written == 0 || written > lengthBytes) ? -Errno.InputOutput : error;
    }

    /// <summary>The host stopped within a page. Asked to write the rest of it, it says why, or goes on.</summary>
    private int SendRest(ulong offset, uint frame, uint lengthBytes, ref uint written)
    {
        uint rest = FrameAllocator.Allocate();
        if (rest == 0) return -Errno.NoSpace;
        int error = 0;
        while (error == 0 && written < lengthBytes)
        {
            Memory.Copy(Physical.FramePointer(rest), Physical.FramePointer(frame) + written, lengthBytes - written);
            error = SendData(offset + written, &rest, lengthBytes - written, out uint more);
            written += more;
        }
        FrameAllocator.Release(rest);
        return error;
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
        if (error == 0 && child.Kind == InodeKind.Regular) ((NinePInode)child).AdoptMakersFid(fid);
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

    public override int Synchronize()
    {
        if (_writeFid == NoFid) return 0;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Synchronize);
        request.Word(_writeFid);
        request.Word(0);
        return _fileSystem.Channel.Call(ref request, out _);
    }

    /// <remarks>A file that is to be written later keeps its handles: whoever writes it comes here again.</remarks>
    protected override void OnUnused()
    {
        if (RegularFile.WritesOnClose != 0 || Pages == null || Pages.DirtyCount == 0) CloseHandles();
    }

    private void CloseHandles()
    {
        if (Pages != null) Pages.WriteBack();
        if (_readFid != _writeFid) Close(ref _readFid);
        _readFid = NoFid;
        Close(ref _writeFid);
        _isNew = _mustAsk = false;
    }

    protected override void Destroy()
    {
        CloseHandles();
        if (Pages != null) Pages.Destroy();
        _fileSystem.Clunk(Fid);
        KernelHeap.Free(this);
    }

    private int Adopt(uint fid, out Inode child)
    {
        NinePInode inode = new NinePInode(_fileSystem, fid);
        int error = _fileSystem.ReadAttributes(fid, inode, isNew: true);
        child = inode;
        if (error == 0)
        {
            if (inode.Kind == InodeKind.Regular) inode.Pages = new PageCache(inode);
            inode.Remember();
            return 0;
        }
        inode.Release();
        child = null;
        return error;
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

    private int ReadBatch(ulong offset, uint* frames, uint wanted, ref uint done)
    {
        while (done < wanted)
        {
            NinePMessage request = _fileSystem.Channel.Begin(NinePType.Read);
            request.Word(_readFid);
            request.Long(offset + done);
            request.Word(wanted - done);
            int error = _fileSystem.Channel.CallForData(ref request, frames + (done >> 12), wanted - done, out NinePMessage reply);
            if (error != 0) return error;
            uint received = reply.TakeWord();
            if (received > wanted - done) return -Errno.InputOutput;
            // Frames start at page boundaries: after a short reply only whole pages count, unless the file ends here.
            if (received < wanted - done && offset + done + received < SizeBytes) received &= ~4095u;
            if (received == 0) break;
            done += received;
            if ((received & 4095) != 0) break;
        }
        return 0;
    }

    private static void ZeroRest(uint* frames, uint from, uint end)
    {
        while (from < end)
        {
            uint inPage = from & 4095;
            Memory.Set(Physical.FramePointer(frames[from >> 12]) + inPage, 0, 4096 - inPage);
            from += 4096 - inPage;
        }
    }

    private int EnsureReadable() => _readFid != NoFid ? 0 : OpenFid(OpenFlags.ReadOnly, out _readFid);

    private int EnsureWritable() => _writeFid != NoFid ? 0 : OpenFid(OpenFlags.WriteOnly, out _writeFid);

    private int OpenFid(uint flags, out uint fid)
    {
        fid = NoFid;
        int error = _fileSystem.Walk(Fid, default, out uint walked);
        if (error != 0) return error;
        NinePMessage request = _fileSystem.Channel.Begin(NinePType.Open);
        request.Word(walked);
        request.Word(flags);
        error = _fileSystem.Channel.Call(ref request, out _);
        if (error == 0) fid = walked;
        else _fileSystem.Clunk(walked);
        return error;
    }

    private void AdoptMakersFid(uint fid)
    {
        _readFid = _writeFid = fid;
        _isNew = _mustAsk = true;
    }

    /// <summary>Whether the host would let a file be opened that has fids already.</summary>
    private int AskHost(uint access)
    {
        int error = OpenFid(access, out uint fid);
        Close(ref fid);
        return error;
    }

    private void Close(ref uint fid)
    {
        if (fid != NoFid) _fileSystem.Clunk(fid);
        fid = NoFid;
    }

    private int SendAttributes(uint mask, ulong sizeBytes)
    {
        _isChangedHere = true;
        if ((mask & (AttributeMask.Mode | AttributeMask.UserId | AttributeMask.GroupId)) != 0) _mustAsk = true;
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
