using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>The debug console port of Bochs and QEMU: bytes written come out on the host; reading gives 0xe9, so that guests can find it.</summary>
public sealed class DebugConsole(ISerialBackend output) : IPortDevice
{
    /// <summary>The usual port.</summary>
    public const ushort Port = 0xe9;

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes) => 0xe9;

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value) => output.Transmit((byte)value);
}
