using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Devices;

/// <summary>Whoever wants the guest kernel's own account of what it does.</summary>
public interface IGuestTraceListener
{
    /// <summary>The guest reported <paramref name="record"/>, in the instruction that runs now.</summary>
    void Reported(in GuestTraceRecord record);
}

/// <summary>The port through which a guest kernel reports faults and process switches. Other machines ignore it.</summary>
/// <remarks>The guest writes the physical address (below 4 GiB) of a 64-byte record; an address outside RAM is ignored, as are narrow writes.</remarks>
public sealed class TracePort(IGuestMemory memory, IGuestTraceListener listener) : IPortDevice
{
    /// <summary>The first of its four ports.</summary>
    public const ushort Port = 0xc50;

    /// <summary>How many ports it takes; it answers 32-bit accesses.</summary>
    public const int PortCount = 4;

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes) => uint.MaxValue;

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        if (port != Port || sizeBytes != sizeof(uint)) return;
        Span<byte> record = stackalloc byte[GuestTraceRecord.LengthBytes];
        if (memory.Read(new PhysicalAddress(value), record)) listener.Reported(GuestTraceRecord.Parse(record));
    }
}
