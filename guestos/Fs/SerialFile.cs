using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A serial port as a raw byte stream: not a terminal.</summary>
internal sealed unsafe class SerialFile : OpenFile
{
    private const int ChunkBytes = 256;

    private readonly Uart16550 _port;

    public SerialFile(Uart16550 port) => _port = port;

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
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

    protected override void Close() { }
}
