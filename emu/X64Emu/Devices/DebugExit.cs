using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>The exit port (0xf4, up to 32 bits wide): a write ends the run with the value written. QEMU calls it isa-debug-exit.</summary>
public sealed class DebugExit(IMachineControl machine) : IPortDevice
{
    /// <summary>The usual port.</summary>
    public const ushort Port = 0xf4;

    /// <summary>How many ports it takes.</summary>
    public const int PortCount = 4;

    /// <summary>The value of the last write; null before.</summary>
    public uint? ExitValue { get; private set; }

    /// <inheritdoc/>
    public uint Read(ushort port, int sizeBytes) => 0;

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        ExitValue = value;
        machine.RequestStop(DeviceStopReason.DebugExit, value);
    }
}
