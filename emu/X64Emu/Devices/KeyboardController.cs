using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>What is left of an 8042 keyboard controller on a machine without keyboard: its reset line (command 0xfe at port 0x64).</summary>
public sealed class KeyboardController(IMachineControl machine) : IPortDevice
{
    /// <summary>The status and command port.</summary>
    public const ushort Port = 0x64;

    private const byte PulseResetLine = 0xfe;

    /// <summary>Status: both buffers empty, self test passed.</summary>
    public uint Read(ushort port, int sizeBytes) => 0x4;

    /// <inheritdoc/>
    public void Write(ushort port, int sizeBytes, uint value)
    {
        if ((byte)value == PulseResetLine) machine.RequestStop(DeviceStopReason.Reset, 0);
    }
}
