using System.Buffers.Binary;
using System.Text;

namespace X64Emu.Devices.Virtio;

/// <summary>A disk (virtio 1.2, 5.2): read, write, flush and get-id.</summary>
public sealed class VirtioBlock : VirtioDevice
{
    private const ulong SegmentMaximumFeature = 1 << 2;
    private const ulong ReadOnlyFeature = 1 << 5;
    private const ulong BlockSizeFeature = 1 << 6;
    private const ulong FlushFeature = 1 << 9;
    private const int SectorBytes = 512;
    private const int HeaderBytes = 16;
    private const int IdentifierBytes = 20;
    private const int TransferBytes = 64 << 10;

    private readonly IBlockBackend backend;
    private readonly byte[] identifier = new byte[IdentifierBytes];
    private readonly byte[] configuration = new byte[24];
    private readonly byte[] transfer = new byte[TransferBytes];
    private readonly ulong capacityBytes;

    /// <summary>A disk over <paramref name="backend"/>; <paramref name="serial"/> answers get-id, cut to 20 bytes of ASCII.</summary>
    public VirtioBlock(IBlockBackend backend, string serial = "x64emu")
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(serial);
        this.backend = backend;
        capacityBytes = backend.LengthBytes / SectorBytes * SectorBytes;
        Encoding.ASCII.GetBytes(serial.AsSpan(0, Math.Min(serial.Length, IdentifierBytes)), identifier);
        BinaryPrimitives.WriteUInt64LittleEndian(configuration, capacityBytes / SectorBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(configuration.AsSpan(12), (uint)MaximumQueueSize - 2);
        BinaryPrimitives.WriteUInt32LittleEndian(configuration.AsSpan(20), SectorBytes);
    }

    private enum RequestType : uint { In = 0, Out = 1, Flush = 4, GetIdentifier = 8 }

    private enum RequestStatus : byte { Ok = 0, Failed = 1, Unsupported = 2 }

    /// <inheritdoc/>
    public override uint DeviceId => 2;

    /// <inheritdoc/>
    public override ulong Features => SegmentMaximumFeature | BlockSizeFeature | FlushFeature | (backend.IsReadOnly ? ReadOnlyFeature : 0);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Configuration => configuration;

    /// <inheritdoc/>
    public override bool Handle(int queueIndex, DescriptorChain chain, out uint writtenBytes)
    {
        writtenBytes = 0;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (chain.WritableBytes < 1 || !chain.Read(0, header)) return false;
        // The last writable byte takes the status, what precedes it takes data.
        int room = chain.WritableBytes - 1;
        ulong sector = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        RequestStatus status;
        switch ((RequestType)BinaryPrimitives.ReadUInt32LittleEndian(header))
        {
            case RequestType.In:
                status = ReadSectors(chain, sector, room);
                writtenBytes = (uint)room;
                break;
            case RequestType.Out:
                status = WriteSectors(chain, sector, chain.ReadableBytes - HeaderBytes);
                break;
            case RequestType.Flush:
                status = backend.TryFlush() ? RequestStatus.Ok : RequestStatus.Failed;
                break;
            case RequestType.GetIdentifier:
                writtenBytes = (uint)Math.Min(room, IdentifierBytes);
                status = chain.Write(0, identifier.AsSpan(0, (int)writtenBytes)) ? RequestStatus.Ok : RequestStatus.Failed;
                break;
            default:
                status = RequestStatus.Unsupported;
                break;
        }
        writtenBytes++;
        return chain.Write(room, [(byte)status]);
    }

    private bool IsInside(ulong sector, int lengthBytes) =>
        lengthBytes % SectorBytes == 0 && sector <= capacityBytes / SectorBytes && (ulong)lengthBytes <= capacityBytes - sector * SectorBytes;

    private RequestStatus ReadSectors(DescriptorChain chain, ulong sector, int lengthBytes)
    {
        if (!IsInside(sector, lengthBytes)) return RequestStatus.Failed;
        for (int done = 0; done < lengthBytes; done += TransferBytes)
        {
            Span<byte> piece = transfer.AsSpan(0, Math.Min(TransferBytes, lengthBytes - done));
            if (!backend.TryRead(sector * SectorBytes + (ulong)done, piece) || !chain.Write(done, piece)) return RequestStatus.Failed;
        }
        return RequestStatus.Ok;
    }

    private RequestStatus WriteSectors(DescriptorChain chain, ulong sector, int lengthBytes)
    {
        if (backend.IsReadOnly || !IsInside(sector, lengthBytes)) return RequestStatus.Failed;
        for (int done = 0; done < lengthBytes; done += TransferBytes)
        {
            Span<byte> piece = transfer.AsSpan(0, Math.Min(TransferBytes, lengthBytes - done));
            if (!chain.Read(HeaderBytes + done, piece) || !backend.TryWrite(sector * SectorBytes + (ulong)done, piece)) return RequestStatus.Failed;
        }
        return RequestStatus.Ok;
    }
}
