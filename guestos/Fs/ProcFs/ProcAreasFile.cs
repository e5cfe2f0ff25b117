using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>
/// /proc/PID/maps and smaps: text of many areas, made area by area as it is read. As on Linux what follows an area is found by its address: those that come
/// and go between two reads are shown or not, all others are.
/// </summary>
internal sealed unsafe class ProcAreasFile : OpenFile
{
    // The longest path, and the lines around it.
    private const int CapacityBytes = PathBuffer.Capacity + 2048;
    private const ulong End = ulong.MaxValue;

    private readonly ProcInode _inode;
    private readonly ulong _spaceNumber;
    private readonly byte* _text;

    // The text at hand: where it begins in the file, its length, and the address from which the next area is looked for.
    private ulong _offset;
    private int _length;
    private ulong _address;

    /// <summary>Takes a reference to the inode. The file is of the memory the process has now: after its execve it shows nothing.</summary>
    public ProcAreasFile(ProcInode inode, uint flags)
        : base(inode, flags)
    {
        _inode = inode;
        AddressSpace space = inode.Owner.Process?.Space;
        _spaceNumber = space == null ? 0 : space.Number;
        _text = (byte*)KernelHeap.Allocate(CapacityBytes);
    }

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (_inode.Owner.Process == null) return -Errno.NoProcess;
        if (offset == 0 || offset < _offset) Rewind();
        ulong done = 0;
        while (done < lengthBytes)
        {
            ulong place = offset + done - _offset;
            if (place >= (ulong)_length)
            {
                if (!MakeNext()) break;
                continue;
            }
            ulong chunk = (ulong)_length - place < lengthBytes - done ? (ulong)_length - place : lengthBytes - done;
            if (!buffer.Put(done, _text + place, chunk)) return done != 0 ? (long)done : -Errno.Fault;
            done += chunk;
        }
        return (long)done;
    }

    protected override void Close() => KernelHeap.Free(_text);

    private void Rewind()
    {
        _offset = 0;
        _length = 0;
        _address = 0;
    }

    /// <summary>Makes the text that follows; false at the end.</summary>
    private bool MakeNext()
    {
        AddressSpace space = _inode.Owner.Process?.Space;
        if (_address == End || space == null || space.Number != _spaceNumber) return false;
        _offset += (ulong)_length;
        TextWriter writer = new TextWriter(_text, CapacityBytes);
        VmArea area = space.FirstEndingAbove(_address);
        _address = area == null ? End : area.End;
        if (_inode.Node == ProcNode.Smaps) ProcSmaps.WriteArea(space, area, ref writer);
        else ProcMaps.WriteArea(space, area, ref writer);
        _length = writer.Length;
        return _length != 0;
    }
}
