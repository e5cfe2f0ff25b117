using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>One end of a pipe, or both.</summary>
internal sealed class PipeFile : OpenFile
{
    private const uint BytesReadable = 0x541b;

    private readonly PipeInode _pipe;

    // Of a reader that did not wait for a writer: none has come yet, so none has hung up.
    private readonly bool _wasAlone;
    private readonly uint _writersBefore;

    /// <summary>Takes references to the pipe and to the inode, itself or the one that gives it a name; counts as reader or writer until it is closed.</summary>
    public PipeFile(PipeInode pipe, Inode inode, uint flags)
        : base(inode, flags)
    {
        pipe.AddReference();
        _pipe = pipe;
        _wasAlone = pipe.WriterCount == 0 && !OpenFlags.CanWrite(flags);
        _writersBefore = pipe.WritersEver;
        if (OpenFlags.CanRead(flags)) pipe.AddReader();
        if (OpenFlags.CanWrite(flags)) pipe.AddWriter();
    }

    public override ulong BufferPages => OpenFlags.CanWrite(Flags) ? _pipe.FrameCount : 0;

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (lengthBytes == 0) return 0;
        while (true)
        {
            if (_pipe.Available != 0)
            {
                // As on Linux only bytes out of a full pipe are news: nobody sleeps for another one.
                bool isFull = !_pipe.IsWritable;
                long done = _pipe.Take(buffer, lengthBytes);
                if (done > 0 && isFull) _pipe.Writable.WakeAll(PollEvents.AnyOut);
                if (_pipe.Available != 0) _pipe.Readable.PassOn();
                if (done != 0) return done;
                continue;
            }
            if (_pipe.WriterCount == 0) return 0;
            if (IsNonBlocking) return -Errno.Again;
            int error = _pipe.Readable.Sleep();
            if (error == 0) continue;
            // The bytes it was woken for are another reader's.
            if (_pipe.Available != 0) _pipe.Readable.PassOn();
            return error;
        }
    }

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        ulong done = 0;
        // Small writes wait until all of it fits.
        ulong needed = lengthBytes <= PipeInode.AtomicBytes ? lengthBytes : 1;
        while (done < lengthBytes)
        {
            if (_pipe.ReaderCount == 0)
            {
                Signal.SendToThread(Scheduler.Current, SignalInfo.FromUser(SignalNumber.Pipe, SignalCode.User));
                return done != 0 ? (long)done : -Errno.BrokenPipe;
            }
            if (_pipe.Room >= needed)
            {
                long put = _pipe.Put(done == 0 ? buffer : buffer.From(done), lengthBytes - done);
                if (put > 0) _pipe.Readable.WakeOne(PollEvents.AnyIn);
                if (put < 0) return done != 0 ? (long)done : put;
                done += (ulong)put;
                continue;
            }
            if (IsNonBlocking) return done != 0 ? (long)done : -Errno.Again;
            int error = _pipe.Writable.Sleep();
            if (error != 0) return done != 0 ? (long)done : error;
        }
        return (long)done;
    }

    public override uint Poll(uint events)
    {
        uint result = 0;
        if (OpenFlags.CanRead(Flags))
        {
            _pipe.Readable.Watch();
            if (_pipe.Available != 0) result |= PollEvents.AnyIn & events;
            if (_pipe.WriterCount == 0 && !(_wasAlone && _pipe.WritersEver == _writersBefore)) result |= PollEvents.HangUp;
        }
        if (OpenFlags.CanWrite(Flags))
        {
            _pipe.Writable.Watch();
            if (_pipe.IsWritable) result |= PollEvents.AnyOut & events;
            if (_pipe.ReaderCount == 0) result |= PollEvents.Error;
        }
        return result;
    }

    /// <summary>What flows between its ends.</summary>
    public PipeInode Pipe => _pipe;

    /// <summary>Bytes the pipe can hold.</summary>
    public ulong CapacityBytes => _pipe.CapacityBytes;

    /// <inheritdoc cref="PipeInode.Resize"/>
    public long Resize(ulong bytes) => _pipe.Resize(bytes);

    public override long Ioctl(uint request, ulong argument)
    {
        if (request != BytesReadable) return -Errno.NotTerminal;
        return UserMemory.Write(argument, (int)_pipe.Available) ? 0 : -Errno.Fault;
    }

    protected override void Close()
    {
        if (OpenFlags.CanRead(Flags) && --_pipe.ReaderCount == 0) _pipe.Writable.WakeAll();
        if (OpenFlags.CanWrite(Flags) && --_pipe.WriterCount == 0) _pipe.Readable.WakeAll();
        // What nobody has open any more holds nothing.
        if (Inode.Flow == _pipe && _pipe.ReaderCount == 0 && _pipe.WriterCount == 0)
        {
            Inode.Flow = null;
            _pipe.Release();
        }
        _pipe.Release();
    }
}
