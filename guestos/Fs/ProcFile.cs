using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open text file of /proc: the text is made at the first read and again at each read from the start. Settings can be written.</summary>
internal sealed unsafe class ProcFile : OpenFile
{
    private const int FirstCapacity = 4000;
    private const int MaximumCapacity = 16 << 20;

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

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        long done = WriteAt(buffer, lengthBytes, Position);
        if (done > 0) Position += (ulong)done;
        return done;
    }

    /// <summary>Sets a setting from a decimal number, which one write has to hold.</summary>
    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        const int MostDigits = 24;
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        if (offset != 0) return (long)lengthBytes;
        byte* text = stackalloc byte[MostDigits];
        ulong length = lengthBytes < MostDigits ? lengthBytes : MostDigits;
        if (!buffer.Get(0, text, length)) return -Errno.Fault;
        int error = ParseNumber(text, (int)length, out ulong value, out bool isNegative) ? Set(value, isNegative) : -Errno.Invalid;
        return error != 0 ? error : (long)lengthBytes;
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
            if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
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

    private int Set(ulong value, bool isNegative)
    {
        if (_inode.Node != ProcNode.OutOfMemoryAdjustment) return isNegative ? -Errno.Invalid : ProcSetting.Set(_inode.Node, value);
        Process process = ProcessTable.Find(_inode.Pid);
        if (process == null) return -Errno.NoProcess;
        if (value > OutOfMemory.MaximumAdjustment) return -Errno.Invalid;
        process.OutOfMemoryAdjustment = isNegative ? -(int)value : (int)value;
        return 0;
    }

    /// <summary>One decimal number, with blanks around it or not.</summary>
    private static bool ParseNumber(byte* text, int length, out ulong value, out bool isNegative)
    {
        int at = 0;
        value = 0;
        while (at < length && text[at] is (byte)' ' or (byte)'\t') at++;
        isNegative = at < length && text[at] == '-';
        if (isNegative) at++;
        int firstDigit = at;
        for (; at < length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            if (value > ulong.MaxValue / 16) return false;
            value = value * 10 + text[at] - '0';
        }
        return at > firstDigit && (at == length || text[at] is (byte)'\n' or (byte)' ' or 0);
    }

    private int Write(ref TextWriter writer)
    {
        if (ProcSetting.IsSetting(_inode.Node))
        {
            writer.Decimal(ProcSetting.Get(_inode.Node));
            writer.Byte((byte)'\n');
            return 0;
        }
        if (_inode.Pid == 0)
        {
            ProcSystemText.Write(_inode.Node, ref writer);
            return 0;
        }
        Process process = ProcessTable.Find(_inode.Pid);
        if (process == null) return -Errno.NoProcess;
        switch (_inode.Node)
        {
            case ProcNode.Auxiliary: ProcProcessText.WriteAuxiliary(process, ref writer); break;
            case ProcNode.Limits: ProcLimits.Write(process, ref writer); break;
            case ProcNode.OutOfMemoryScore: WriteNumber((long)OutOfMemory.Score(process), ref writer); break;
            case ProcNode.OutOfMemoryAdjustment: WriteNumber(process.OutOfMemoryAdjustment, ref writer); break;
            case ProcNode.Smaps: ProcSmaps.Write(process, ref writer); break;
            case ProcNode.SmapsRollup: ProcSmaps.WriteRollup(process, ref writer); break;
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

    private static void WriteNumber(long value, ref TextWriter writer)
    {
        writer.Signed(value);
        writer.Byte((byte)'\n');
    }
}
