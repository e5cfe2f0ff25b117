using System.Runtime.CompilerServices;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>A serial port as a raw byte stream, not a terminal: standard input, output and error under stdio=split.</summary>
internal sealed unsafe class SerialStream : OpenFile
{
    private const int ChunkBytes = 256;

    private readonly Uart16550 _port;

    /// <summary>Takes a reference to the inode. Reading works on COM1 alone.</summary>
    public SerialStream(Inode inode, Uart16550 port, uint flags)
        : base(inode, flags) => _port = port;

    [SkipLocalsInit]
    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (lengthBytes == 0) return 0;
        int error = Await();
        if (error != 0) return error;
        byte* chunk = stackalloc byte[ChunkBytes];
        ulong done = 0;
        while (done < lengthBytes)
        {
            uint wanted = lengthBytes - done < ChunkBytes ? (uint)(lengthBytes - done) : ChunkBytes;
            uint count = SerialInput.Take(chunk, wanted);
            if (count == 0) break;
            if (!buffer.Put(done, chunk, count)) return done != 0 ? (long)done : -Errno.Fault;
            done += count;
        }
        return (long)done;
    }

    [SkipLocalsInit]
    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        byte* chunk = stackalloc byte[ChunkBytes];
        for (ulong done = 0; done < lengthBytes;)
        {
            ulong length = lengthBytes - done < ChunkBytes ? lengthBytes - done : ChunkBytes;
            if (!buffer.Get(done, chunk, length)) return done != 0 ? (long)done : -Errno.Fault;
            for (ulong i = 0; i < length; i++) _port.Transmit(chunk[i]);
            done += length;
        }
        return (long)lengthBytes;
    }

    public override uint Poll(uint events)
    {
        SerialInput.Arrived.Watch();
        uint result = 0;
        if (OpenFlags.CanRead(Flags) && (SerialInput.Available != 0 || SerialInput.IsHungUp)) result |= PollEvents.AnyIn;
        if (OpenFlags.CanWrite(Flags)) result |= PollEvents.AnyOut;
        return result & events;
    }

    public override bool WantsToKnowWaiters => OpenFlags.CanRead(Flags);

    public override void ExpectInput(bool isWaiting)
    {
        if (OpenFlags.CanRead(Flags)) SerialInput.ExpectInput(isWaiting);
    }

    /// <summary>Waits for bytes or the end of input.</summary>
    private int Await()
    {
        while (SerialInput.Available == 0 && !SerialInput.IsHungUp)
        {
            if (IsNonBlocking) return -Errno.Again;
            int error = 0;
            SerialInput.ExpectInput(isWaiting: true);
            if (SerialInput.Available == 0 && !SerialInput.IsHungUp) error = SerialInput.Arrived.Sleep();
            SerialInput.ExpectInput(isWaiting: false);
            if (error != 0 && SerialInput.Available == 0) return error;
        }
        return 0;
    }
}
