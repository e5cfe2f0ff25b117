namespace X64Emu.Bus;

/// <summary>Decodes the 65,536 I/O ports. Ports nobody answers read as all ones and swallow writes.</summary>
public sealed class PortBus
{
    private const int PortCount = 65_536;
    private readonly Entry[] entries = new Entry[PortCount];

    /// <summary>Lets <paramref name="device"/> answer at <paramref name="portCount"/> ports from <paramref name="firstPort"/> on.</summary>
    /// <param name="firstPort">The lowest port.</param>
    /// <param name="portCount">How many ports.</param>
    /// <param name="device">Who answers.</param>
    /// <param name="widestAccessBytes">The device's bus width: 1, 2 or 4. Wider accesses reach it as byte accesses to consecutive ports,
    /// as the ISA bus splits them.</param>
    /// <exception cref="ArgumentException">A port is taken already, or the range leaves the port space.</exception>
    public void Map(ushort firstPort, int portCount, IPortDevice device, int widestAccessBytes = 1)
    {
        if (portCount < 1 || firstPort + portCount > PortCount) throw new ArgumentException("the range leaves the port space", nameof(portCount));
        for (int port = firstPort; port < firstPort + portCount; port++)
        {
            if (entries[port].Device is not null) throw new ArgumentException($"port 0x{port:x} is taken", nameof(firstPort));
        }
        entries.AsSpan(firstPort, portCount).Fill(new Entry(device, widestAccessBytes));
    }

    /// <summary>Reads 1, 2 or 4 bytes, zero-extended.</summary>
    public uint Read(ushort port, int sizeBytes)
    {
        Entry entry = entries[port];
        if (sizeBytes <= entry.WidestAccessBytes) return entry.Device!.Read(port, sizeBytes) & (uint)AccessSplit.Mask(sizeBytes);
        uint value = 0;
        for (int index = 0; index < sizeBytes; index++)
        {
            int at = port + index;
            IPortDevice? device = at < PortCount ? entries[at].Device : null;
            value |= ((device?.Read((ushort)at, 1) ?? 0xff) & 0xff) << (8 * index);
        }
        return value;
    }

    /// <summary>Writes the low 1, 2 or 4 bytes of <paramref name="value"/>.</summary>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        Entry entry = entries[port];
        if (sizeBytes <= entry.WidestAccessBytes)
        {
            entry.Device!.Write(port, sizeBytes, value & (uint)AccessSplit.Mask(sizeBytes));
            return;
        }
        for (int index = 0; index < sizeBytes && port + index < PortCount; index++)
            entries[port + index].Device?.Write((ushort)(port + index), 1, (value >> (8 * index)) & 0xff);
    }

    private readonly record struct Entry(IPortDevice? Device, int WidestAccessBytes);
}
