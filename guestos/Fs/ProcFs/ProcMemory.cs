using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// /proc/PID/mem: a process's memory, at offsets that are addresses. As debuggers need it, protection does not hold: what may be made readable is
/// read, and what is private is written, to a copy.
/// </summary>
internal sealed unsafe class ProcMemory : OpenFile
{
    private readonly ProcInode _inode;
    private readonly ulong _spaceNumber;

    /// <summary>Takes a reference to the inode. The file is of the memory the process has now and does not keep it: after its execve it shows nothing.</summary>
    public ProcMemory(ProcInode inode, uint flags)
        : base(inode, flags)
    {
        _inode = inode;
        AddressSpace space = inode.Owner.Process?.Space;
        _spaceNumber = space == null ? 0 : space.Number;
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long Write(IoBuffer buffer, ulong lengthBytes) => Advance(WriteAt(buffer, lengthBytes, Position));

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset) =>
        OpenFlags.CanRead(Flags) ? Transfer(buffer, lengthBytes, offset, isWrite: false) : -Errno.BadFile;

    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset) =>
        OpenFlags.CanWrite(Flags) ? Transfer(buffer, lengthBytes, offset, isWrite: true) : -Errno.BadFile;

    /// <summary>Any offset is an address, those beyond 2^63 included.</summary>
    public override long Seek(long offset, int whence)
    {
        if (whence == 1) offset += (long)Position;
        else if (whence != 0) return -Errno.Invalid;
        Position = (ulong)offset;
        return offset;
    }

    /// <summary>Page by page through a buffer of the kernel's; -EIO when not even the first byte can be had.</summary>
    private long Transfer(IoBuffer buffer, ulong lengthBytes, ulong address, bool isWrite)
    {
        AddressSpace space = _inode.Owner.Process?.Space;
        if (space == null || space.Number != _spaceNumber || lengthBytes == 0) return 0;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        const ulong PageBytes = 4096;
        // The copies may sleep; the process may end meanwhile.
        space.AddReference();
        byte* page = (byte*)KernelHeap.Allocate(PageBytes);
        ulong done = 0;
        int error = 0;
        while (done < lengthBytes && error == 0)
        {
            ulong chunk = PageBytes - (address & (PageBytes - 1));
            if (chunk > lengthBytes - done) chunk = lengthBytes - done;
            if (isWrite && !buffer.Get(done, page, chunk)) error = -Errno.Fault;
            else if (!RemoteMemory.Force(space, address, page, chunk, isWrite)) error = -Errno.InputOutput;
            else if (!isWrite && !buffer.Put(done, page, chunk)) error = -Errno.Fault;
            if (error != 0) break;
            done += chunk;
            address += chunk;
        }
        KernelHeap.Free(page);
        space.Release();
        return done != 0 ? (long)done : error;
    }
}
