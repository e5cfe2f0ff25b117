using GuestOs.Arch;

namespace GuestOs.Drivers;

/// <summary>A virtio device on memory-mapped registers, version 1 (legacy) or 2 (virtio 1.2, 4.2): reset, feature negotiation, queue set-up.</summary>
internal sealed unsafe class VirtioMmio
{
    private const uint MagicValue = 0x74726976;
    private const int Magic = 0x000;
    private const int Version = 0x004;
    private const int Device = 0x008;
    private const int DeviceFeatures = 0x010;
    private const int DeviceFeaturesSelect = 0x014;
    private const int DriverFeatures = 0x020;
    private const int DriverFeaturesSelect = 0x024;
    private const int LegacyGuestPageSize = 0x028;
    private const int QueueSelect = 0x030;
    private const int QueueSizeMaximum = 0x034;
    private const int QueueSize = 0x038;
    private const int LegacyQueueAlign = 0x03c;
    private const int LegacyQueuePage = 0x040;
    private const int QueueReady = 0x044;
    private const int QueueNotify = 0x050;
    private const int Status = 0x070;
    private const int QueueDescriptors = 0x080;
    private const int QueueDriver = 0x090;
    private const int QueueDevice = 0x0a0;
    private const int Configuration = 0x100;

    private const uint StatusAcknowledge = 1;
    private const uint StatusDriver = 2;
    private const uint StatusDriverOk = 4;
    private const uint StatusFeaturesOk = 8;
    private const uint StatusFailed = 0x80;
    private const uint StatusNeedsReset = 0x40;
    private const ulong FeatureVersion1 = 1UL << 32;

    private struct ConfigurationByte
    {
        public volatile byte Value;
    }

    private readonly byte* _registers;
    private readonly uint _version;

    private VirtioMmio(byte* registers, uint version)
    {
        _registers = registers;
        _version = version;
    }

    /// <summary>The kind of device: 2 block, 9 file system (9p).</summary>
    public uint DeviceId => Read(Device);

    /// <summary>The device at a physical address, or null when there is none.</summary>
    public static VirtioMmio Probe(ulong physicalAddress)
    {
        byte* registers = Physical.Mmio(physicalAddress);
        if (MmioRegister.Read(registers + Magic) != MagicValue || MmioRegister.Read(registers + Device) == 0) return null;
        uint version = MmioRegister.Read(registers + Version);
        return version is 1 or 2 ? new VirtioMmio(registers, version) : null;
    }

    /// <summary>Resets the device and agrees on features of the set wanted; false when the device refuses.</summary>
    public bool Begin(ulong wantedFeatures)
    {
        Write(Status, 0);
        Write(Status, StatusAcknowledge);
        Write(Status, StatusAcknowledge | StatusDriver);
        Write(DeviceFeaturesSelect, 0);
        ulong offered = Read(DeviceFeatures);
        if (_version == 2)
        {
            Write(DeviceFeaturesSelect, 1);
            offered |= (ulong)Read(DeviceFeatures) << 32;
            wantedFeatures |= FeatureVersion1;
        }
        ulong accepted = offered & wantedFeatures;
        Write(DriverFeaturesSelect, 0);
        Write(DriverFeatures, (uint)accepted);
        if (_version == 1)
        {
            Write(LegacyGuestPageSize, (uint)Physical.PageBytes);
            return true;
        }
        Write(DriverFeaturesSelect, 1);
        Write(DriverFeatures, (uint)(accepted >> 32));
        Write(Status, StatusAcknowledge | StatusDriver | StatusFeaturesOk);
        if ((Read(Status) & StatusFeaturesOk) != 0) return true;
        Write(Status, StatusFailed);
        return false;
    }

    /// <summary>Sets queue 0 up and starts the device; null when the device has no such queue.</summary>
    public Virtqueue Start()
    {
        Write(QueueSelect, 0);
        uint size = Read(QueueSizeMaximum);
        if (size == 0) return null;
        if (size > Virtqueue.MaximumSize) size = Virtqueue.MaximumSize;
        Virtqueue queue = new Virtqueue(this, (int)size);
        Write(QueueSize, size);
        if (_version == 1)
        {
            Write(LegacyQueueAlign, Virtqueue.UsedRingAlignment);
            Write(LegacyQueuePage, (uint)(queue.PhysicalAddress >> 12));
        }
        else
        {
            WriteAddress(QueueDescriptors, queue.PhysicalAddress);
            WriteAddress(QueueDriver, queue.PhysicalAddress + queue.AvailableOffset);
            WriteAddress(QueueDevice, queue.PhysicalAddress + queue.UsedOffset);
            Write(QueueReady, 1);
        }
        Write(Status, StatusAcknowledge | StatusDriver | StatusDriverOk | (_version == 2 ? StatusFeaturesOk : 0));
        return queue;
    }

    /// <summary>Tells the device that queue 0 has work.</summary>
    public void Notify() => Write(QueueNotify, 0);

    /// <summary>True when the device gave up on a broken queue.</summary>
    public bool HasFailed => (Read(Status) & StatusNeedsReset) != 0;

    /// <summary>A byte of the device's configuration space.</summary>
    public byte ReadConfiguration(int offset) => ((ConfigurationByte*)(_registers + Configuration + offset))->Value;

    private uint Read(int register) => MmioRegister.Read(_registers + register);

    private void Write(int register, uint value) => MmioRegister.Write(_registers + register, value);

    private void WriteAddress(int register, ulong value)
    {
        Write(register, (uint)value);
        Write(register + 4, (uint)(value >> 32));
    }
}
