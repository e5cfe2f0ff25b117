using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open text file of /proc: the text is made at the first read and again at each read from the start.</summary>
internal sealed unsafe class ProcFile : OpenFile
{
    private const int FirstCapacity = 4000;
    private const int MaximumCapacity = 1 << 20;

    private readonly ProcInode _inode;
    private byte* _text;
    private int _length;

    /// <summary>Takes a reference to the inode.</summary>
    public ProcFile(ProcInode inode, uint flags)
    {
        inode.AddReference();
        _inode = inode;
        Inode = inode;
        Flags = flags;
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        long done = ReadAt(buffer, lengthBytes, Position);
        if (done > 0) Position += (ulong)done;
        return done;
    }

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (_text == null || offset == 0)
        {
            int error = Generate();
            if (error != 0) return error;
        }
        if (offset >= (ulong)_length) return 0;
        ulong length = (ulong)_length - offset < lengthBytes ? (ulong)_length - offset : lengthBytes;
        return buffer.Put(0, _text + offset, length) ? (long)length : -Errno.Fault;
    }

    public override long Seek(long offset, int whence)
    {
        if (whence == 1) offset += (long)Position;
        else if (whence != 0) return -Errno.Invalid;
        if (offset < 0) return -Errno.Invalid;
        Position = (ulong)offset;
        return offset;
    }

    protected override void Close()
    {
        if (_text != null) KernelHeap.Free(_text);
    }

    private int Generate()
    {
        for (int capacity = FirstCapacity; ; capacity *= 2)
        {
            if (FrameAllocator.IsScarce) return -Errno.NoMemory;
            byte* text = (byte*)KernelHeap.Allocate((ulong)capacity);
            TextWriter writer = new TextWriter(text, capacity);
            int error = Write(ref writer);
            if (error == 0 && writer.IsFull && capacity < MaximumCapacity)
            {
                KernelHeap.Free(text);
                continue;
            }
            if (_text != null) KernelHeap.Free(_text);
            _text = text;
            _length = writer.Length;
            return error;
        }
    }

    private int Write(ref TextWriter writer)
    {
        if (_inode.Pid == 0)
        {
            ProcSystemText.Write(_inode.Node, ref writer);
            return 0;
        }
        Process process = ProcessTable.Find(_inode.Pid);
        if (process == null) return -Errno.NoProcess;
        switch (_inode.Node)
        {
            case ProcNode.Maps: ProcMaps.Write(process, ref writer); break;
            case ProcNode.ProcessStat: ProcProcessText.WriteStat(process, ref writer); break;
            case ProcNode.Statm: ProcProcessText.WriteStatm(process, ref writer); break;
            case ProcNode.Status: ProcStatus.Write(process, ref writer); break;
            case ProcNode.Comm: ProcProcessText.WriteComm(process, ref writer); break;
            case ProcNode.CommandLine: ProcProcessText.WriteArguments(process, ref writer); break;
            case ProcNode.Environment: ProcProcessText.WriteEnvironment(process, ref writer); break;
            case ProcNode.Mounts: ProcSystemText.WriteMounts(ref writer); break;
        }
        return 0;
    }
}
