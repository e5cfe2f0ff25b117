using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>One end of a pipe, or both.</summary>
internal sealed class PipeFile : OpenFile
{
    private const uint BytesReadable = 0x541b;

    private readonly PipeInode _pipe;

    /// <summary>Takes a reference to the inode and counts as reader or writer until it is closed.</summary>
    public PipeFile(PipeInode pipe, uint flags)
    {
        pipe.AddReference();
        _pipe = pipe;
        Inode = pipe;
        Flags = flags;
        if (OpenFlags.CanRead(flags)) pipe.ReaderCount++;
        if (OpenFlags.CanWrite(flags)) pipe.WriterCount++;
    }

    public override ulong BufferPages => OpenFlags.CanWrite(Flags) ? (_pipe.Available + 4095) >> 12 : 0;

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
                if (done != 0) return done;
                continue;
            }
            if (_pipe.WriterCount == 0) return 0;
            if (IsNonBlocking) return -Errno.Again;
            int error = _pipe.Readable.Sleep();
            if (error != 0) return error;
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
                if (put > 0) _pipe.Readable.WakeAll(PollEvents.AnyIn);
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
            if (_pipe.WriterCount == 0) result |= PollEvents.HangUp;
        }
        if (OpenFlags.CanWrite(Flags))
        {
            _pipe.Writable.Watch();
            if (_pipe.IsWritable) result |= PollEvents.AnyOut & events;
            if (_pipe.ReaderCount == 0) result |= PollEvents.Error;
        }
        return result;
    }

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
    }
}
