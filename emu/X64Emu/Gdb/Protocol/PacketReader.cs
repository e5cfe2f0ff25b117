using System.Text;

namespace X64Emu.Gdb.Protocol;

/// <summary>Cuts a byte stream into packets: `$payload#checksum`, acknowledgements and the interrupt byte. No byte sequence makes it fail.</summary>
/// <remarks>gdb does not send run lengths, so '*' is a byte like others; '$' starts over, since gdb escapes it within a packet.</remarks>
internal sealed class PacketReader(Stream input)
{
    /// <summary>The longest payload: what qSupported tells as PacketSize.</summary>
    public const int MaximumPayloadBytes = 0x10000;

    private const int Interrupt = 3;
    private readonly byte[] buffer = new byte[4096];
    private readonly StringBuilder payload = new();
    private int next;
    private int filled;

    /// <summary>Waits for the next event. After <see cref="PacketEventKind.End"/> there is nothing more.</summary>
    public PacketEvent Next()
    {
        while (true)
        {
            switch (NextByte())
            {
                case -1:
                    return new PacketEvent(PacketEventKind.End);
                case Interrupt:
                    return new PacketEvent(PacketEventKind.Interrupt);
                case '-':
                    return new PacketEvent(PacketEventKind.ResendRequest);
                case '$':
                    return ReadPacket();
                default:
                    // '+' needs no answer, and all else is noise between packets.
                    break;
            }
        }
    }

    private PacketEvent ReadPacket()
    {
        payload.Clear();
        int sum = 0;
        bool isOversized = false;
        while (true)
        {
            int value = NextByte();
            switch (value)
            {
                case -1:
                    return new PacketEvent(PacketEventKind.End);
                case '$':
                    payload.Clear();
                    sum = 0;
                    isOversized = false;
                    break;
                case '#':
                    int high = Hex.Digit(NextByte()), low = Hex.Digit(NextByte());
                    if (isOversized) return new PacketEvent(PacketEventKind.Oversized);
                    return high < 0 || low < 0 || (high << 4 | low) != (sum & 0xff)
                        ? new PacketEvent(PacketEventKind.BadChecksum, payload.ToString())
                        : new PacketEvent(PacketEventKind.Packet, payload.ToString());
                default:
                    sum += value;
                    if (payload.Length < MaximumPayloadBytes) payload.Append((char)value);
                    else isOversized = true;
                    break;
            }
        }
    }

    /// <summary>The next byte, or -1 at the end; a connection that breaks has ended.</summary>
    private int NextByte()
    {
        if (next == filled)
        {
            next = 0;
            try
            {
                filled = input.Read(buffer, 0, buffer.Length);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                filled = 0;
            }
            if (filled == 0) return -1;
        }
        return buffer[next++];
    }
}
