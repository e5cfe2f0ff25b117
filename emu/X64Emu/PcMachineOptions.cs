using X64Emu.Devices;
using X64Emu.Devices.Virtio;

namespace X64Emu;

/// <summary>What a PC is made with.</summary>
public sealed record PcMachineOptions
{
    /// <summary>RAM, TLB, engine and log.</summary>
    public MachineOptions Machine { get; init; } = new();

    /// <summary>The far end of COM1; nothing is connected unless told otherwise.</summary>
    public ISerialBackend Serial1 { get; init; } = new StreamSerialBackend(Stream.Null, Stream.Null);

    /// <summary>The far end of COM2.</summary>
    public ISerialBackend Serial2 { get; init; } = new StreamSerialBackend(Stream.Null, Stream.Null);

    /// <summary>The devices in the virtio slots, slot 0 first; at most <see cref="VirtioMmio.SlotCount"/>.</summary>
    public IReadOnlyList<VirtioDevice> VirtioDevices { get; init; } = [];

    /// <summary>What the machine's time is paced to and its real-time clock is set by. Null: time is that of the instructions, and the same on every run.</summary>
    public TimeProvider? WallClock { get; init; }

    /// <summary>The register layout of the virtio slots.</summary>
    public VirtioMmioVersion VirtioVersion { get; init; } = VirtioMmioVersion.Modern;
}
