using System.Buffers.Binary;
using System.Text;
using X64Emu.Devices.NineP;

namespace X64Emu.Devices.Virtio;

/// <summary>A 9P transport (virtio device 9) that shares a host directory under a mount tag.</summary>
public sealed class Virtio9p : VirtioDevice
{
    private const ulong MountTagFeature = 1;
    private readonly NinePServer server;
    private readonly byte[] configuration;
    private readonly byte[] request = new byte[NinePServer.MaximumMessageBytes];
    private readonly byte[] reply = new byte[NinePServer.MaximumMessageBytes];

    /// <summary>Offers <paramref name="server"/> under <paramref name="tag"/>; the server stays the caller's.</summary>
    /// <exception cref="ArgumentException">The tag is empty or longer than 65,535 bytes.</exception>
    public Virtio9p(string tag, NinePServer server)
    {
        byte[] name = Encoding.UTF8.GetBytes(tag);
        if (name.Length is 0 or > ushort.MaxValue) throw new ArgumentException("a mount tag has 1 to 65,535 bytes", nameof(tag));
        this.server = server;
        configuration = new byte[sizeof(ushort) + name.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(configuration, (ushort)name.Length);
        name.CopyTo(configuration, sizeof(ushort));
    }

    /// <inheritdoc/>
    public override uint DeviceId => 9;

    /// <inheritdoc/>
    public override string Description => $"9P transport, mount tag {Encoding.UTF8.GetString(configuration.AsSpan(sizeof(ushort)))}";

    /// <inheritdoc/>
    public override ulong Features => MountTagFeature;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Configuration => configuration;

    /// <inheritdoc/>
    public override void Reset() => server.Reset();

    /// <inheritdoc/>
    public override bool Handle(int queueIndex, DescriptorChain chain, out uint writtenBytes)
    {
        writtenBytes = 0;
        // A client may hand over its whole buffer; the message's own length says how much of it counts.
        Span<byte> message = request.AsSpan(0, Math.Min(chain.ReadableBytes, request.Length));
        if (!chain.Read(0, message)) return false;
        int length = server.Process(message, reply.AsSpan(0, Math.Min(chain.WritableBytes, reply.Length)));
        writtenBytes = (uint)length;
        return length > 0 && chain.Write(0, reply.AsSpan(0, length));
    }
}
