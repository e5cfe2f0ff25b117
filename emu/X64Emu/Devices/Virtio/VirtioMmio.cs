using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using X64Emu.Bus;

namespace X64Emu.Devices.Virtio;

/// <summary>Which register layout a guest finds.</summary>
public enum VirtioMmioVersion
{
    /// <summary>Version 1: queues by page number, 32 feature bits.</summary>
    Legacy = 1,

    /// <summary>Version 2: queues by three addresses, 64 feature bits.</summary>
    Modern = 2,
}

/// <summary>A virtio device on memory-mapped registers (virtio 1.2, 4.2).</summary>
/// <remarks>Requests are handled within the notifying write, so they take no virtual time. A ring that breaks the rules stops the device
/// until the driver resets it (DEVICE_NEEDS_RESET).</remarks>
public sealed partial class VirtioMmio : IMmioDevice, IInspectable
{
    /// <summary>Where slot 0 lies.</summary>
    public const ulong FirstSlotAddress = 0xfeb0_0000;

    /// <summary>The distance of slots, and the size of each.</summary>
    public const ulong SlotBytes = 0x200;

    /// <summary>How many slots a machine has.</summary>
    public const int SlotCount = 8;

    /// <summary>The global system interrupt of slot 0; slot i has this plus i.</summary>
    public const int FirstInterrupt = 5;

    private const uint Magic = 0x7472_6976;
    private const uint Vendor = 0x4534_3658;
    private const int ConfigurationOffset = 0x100;
    private const uint UsedBufferInterrupt = 1;
    private const uint ConfigurationInterrupt = 2;
    private const uint StatusDriverOk = 4;
    private const uint StatusFeaturesOk = 8;
    private const uint StatusNeedsReset = 0x40;
    private const int MaximumLegacyAlignmentShift = 20;

    private readonly VirtioDevice device;
    private readonly IInterruptLine interrupt;
    private readonly VirtioMmioVersion version;
    private readonly ILogger logger;
    private readonly Virtqueue[] queues;
    private readonly ulong offeredFeatures;
    private uint deviceFeaturesSelect;
    private uint driverFeaturesSelect;
    private ulong driverFeatures;
    private uint queueSelect;
    private uint interruptStatus;
    private uint status;
    private uint guestPageBytes;
    private uint legacyAlignmentBytes;
    private uint legacyPageNumber;

    /// <summary>Puts <paramref name="device"/> behind registers; its queues are read and written through <paramref name="memory"/>.</summary>
    public VirtioMmio(VirtioDevice device, IGuestMemory memory, IInterruptLine interrupt, VirtioMmioVersion version, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
        this.interrupt = interrupt;
        this.version = version;
        this.logger = logger ?? NullLogger.Instance;
        queues = new Virtqueue[device.QueueCount];
        for (int index = 0; index < queues.Length; index++) queues[index] = new Virtqueue(memory);
        offeredFeatures = device.Features | VirtioDevice.IndirectDescriptorsFeature;
        if (version == VirtioMmioVersion.Modern) offeredFeatures |= VirtioDevice.Version1Feature;
        Reset();
    }

    private bool IsLegacy => version == VirtioMmioVersion.Legacy;

    private Virtqueue? SelectedQueue => queueSelect < queues.Length ? queues[queueSelect] : null;

    /// <inheritdoc/>
    public ulong Read(ulong offset, int sizeBytes)
    {
        if (offset >= ConfigurationOffset) return ReadConfiguration(offset - ConfigurationOffset, sizeBytes);
        // Registers are 32 bits wide and answer to nothing else.
        return sizeBytes == sizeof(uint) && offset % sizeof(uint) == 0 ? ReadRegister((int)offset) : 0;
    }

    /// <inheritdoc/>
    public void Write(ulong offset, int sizeBytes, ulong value)
    {
        if (offset < ConfigurationOffset && sizeBytes == sizeof(uint) && offset % sizeof(uint) == 0) WriteRegister((int)offset, (uint)value);
    }

    /// <inheritdoc/>
    public IReadOnlyList<InspectedValue> Inspect()
    {
        List<InspectedValue> rows =
        [
            new("device", $"{device.DeviceId}  {device.Description}"),
            new("version", $"{(uint)version}"),
            new("status", $"0x{status:x2}  " + BitNames.Of(
                status, (0, "ACKNOWLEDGE"), (1, "DRIVER"), (2, "DRIVER_OK"), (3, "FEATURES_OK"), (6, "DEVICE_NEEDS_RESET"), (7, "FAILED"))),
            new("features offered", $"0x{offeredFeatures:x16}"),
            new("features accepted", $"0x{driverFeatures:x16}"),
            new("interrupt status", $"0x{interruptStatus:x}  {BitNames.Of(interruptStatus, (0, "used buffer"), (1, "configuration change"))}"),
        ];
        for (int index = 0; index < queues.Length; index++) rows.Add(new($"queue {index}", queues[index].Describe()));
        return rows;
    }

    private static ulong WithLow(ulong whole, uint low) => (whole & 0xffff_ffff_0000_0000) | low;

    private static ulong WithHigh(ulong whole, uint high) => (whole & uint.MaxValue) | (ulong)high << 32;

    private ulong ReadConfiguration(ulong offset, int sizeBytes)
    {
        ReadOnlySpan<byte> configuration = device.Configuration;
        ulong value = 0;
        for (int index = 0; index < sizeBytes; index++)
        {
            ulong at = offset + (ulong)index;
            if (at < (ulong)configuration.Length) value |= (ulong)configuration[(int)at] << (8 * index);
        }
        return value;
    }

    private uint ReadRegister(int offset) => offset switch
    {
        0x000 => Magic,
        0x004 => (uint)version,
        0x008 => device.DeviceId,
        0x00c => Vendor,
        0x010 => deviceFeaturesSelect < 2 ? (uint)(offeredFeatures >> (int)(32 * deviceFeaturesSelect)) : 0,
        0x034 => SelectedQueue is null ? 0u : device.MaximumQueueSize,
        0x040 => IsLegacy && SelectedQueue is { IsReady: true } ? (uint)(SelectedQueue.DescriptorTable / Math.Max(guestPageBytes, 1)) : 0,
        0x044 => !IsLegacy && SelectedQueue is { IsReady: true } ? 1u : 0,
        0x060 => interruptStatus,
        0x070 => status,
        0x0fc => 0,
        _ => 0,
    };

    private void WriteRegister(int offset, uint value)
    {
        switch (offset)
        {
            case 0x014: deviceFeaturesSelect = value; break;
            case 0x020: WriteDriverFeatures(value); break;
            case 0x024: driverFeaturesSelect = value; break;
            case 0x030: queueSelect = value; break;
            case 0x038: SetQueueSize(value); break;
            case 0x050: ProcessQueue(value); break;
            case 0x064: interruptStatus &= ~value; interrupt.SetLevel(interruptStatus != 0); break;
            case 0x070: WriteStatus(value); break;
            default:
                if (IsLegacy) WriteLegacyRegister(offset, value);
                else WriteModernRegister(offset, value);
                break;
        }
    }

    private void WriteLegacyRegister(int offset, uint value)
    {
        switch (offset)
        {
            case 0x028: guestPageBytes = value; break;
            case 0x03c: legacyAlignmentBytes = value; break;
            case 0x040: legacyPageNumber = value; SetLegacyQueue(); break;
            default: break;
        }
    }

    private void WriteModernRegister(int offset, uint value)
    {
        if (SelectedQueue is not { } queue) return;
        switch (offset)
        {
            case 0x044: queue.IsReady = value == 1 && queue.Size > 0; break;
            case 0x080: queue.DescriptorTable = WithLow(queue.DescriptorTable, value); break;
            case 0x084: queue.DescriptorTable = WithHigh(queue.DescriptorTable, value); break;
            case 0x090: queue.AvailableRing = WithLow(queue.AvailableRing, value); break;
            case 0x094: queue.AvailableRing = WithHigh(queue.AvailableRing, value); break;
            case 0x0a0: queue.UsedRing = WithLow(queue.UsedRing, value); break;
            case 0x0a4: queue.UsedRing = WithHigh(queue.UsedRing, value); break;
            default: break;
        }
    }

    private void WriteDriverFeatures(uint value)
    {
        if ((status & StatusFeaturesOk) != 0) return;
        if (driverFeaturesSelect == 0) driverFeatures = WithLow(driverFeatures, value);
        else if (driverFeaturesSelect == 1) driverFeatures = WithHigh(driverFeatures, value);
    }

    private void SetQueueSize(uint value)
    {
        if (SelectedQueue is { IsReady: false } queue && BitOperations.IsPow2(value) && value <= device.MaximumQueueSize) queue.Size = (ushort)value;
    }

    /// <summary>Version 1 lays the three parts of a queue out behind each other from one page on (virtio 1.2, 4.2.4).</summary>
    private void SetLegacyQueue()
    {
        if (SelectedQueue is not { } queue) return;
        if (legacyPageNumber == 0)
        {
            queue.Reset();
            return;
        }
        bool isAlignmentSound = BitOperations.IsPow2(legacyAlignmentBytes) && legacyAlignmentBytes <= 1u << MaximumLegacyAlignmentShift;
        if (queue.Size == 0 || guestPageBytes == 0 || !isAlignmentSound) return;
        ulong alignment = legacyAlignmentBytes;
        queue.DescriptorTable = (ulong)legacyPageNumber * guestPageBytes;
        queue.AvailableRing = queue.DescriptorTable + 16 * (ulong)queue.Size;
        queue.UsedRing = (queue.AvailableRing + 6 + 2 * (ulong)queue.Size + alignment - 1) & ~(alignment - 1);
        queue.IsReady = true;
    }

    private void WriteStatus(uint value)
    {
        if (value == 0)
        {
            Reset();
            return;
        }
        bool areFeaturesSound = (driverFeatures & ~offeredFeatures) == 0 && (IsLegacy || (driverFeatures & VirtioDevice.Version1Feature) != 0);
        if (!areFeaturesSound) value &= ~StatusFeaturesOk;
        status = (value & 0xff) | (status & StatusNeedsReset);
    }

    private void ProcessQueue(uint index)
    {
        if (index >= queues.Length || (status & (StatusDriverOk | StatusNeedsReset)) != StatusDriverOk || !queues[index].IsReady) return;
        Virtqueue queue = queues[index];
        bool anyUsed = false;
        Virtqueue.TakeResult taken;
        while ((taken = queue.TryTake(out DescriptorChain chain)) == Virtqueue.TakeResult.Taken)
        {
            if (!device.Handle((int)index, chain, out uint writtenBytes) || !queue.TryReturn(chain.Head, writtenBytes))
            {
                taken = Virtqueue.TakeResult.Broken;
                break;
            }
            anyUsed = true;
        }
        if (taken == Virtqueue.TakeResult.Broken) RequireReset(index);
        if (anyUsed && !queue.SuppressesInterrupts) Raise(UsedBufferInterrupt);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "virtio device {DeviceId}: queue {QueueIndex} breaks the rules; the device waits for a reset")]
    private static partial void LogBrokenQueue(ILogger logger, uint deviceId, uint queueIndex);

    private void RequireReset(uint queueIndex)
    {
        LogBrokenQueue(logger, device.DeviceId, queueIndex);
        status |= StatusNeedsReset;
        Raise(ConfigurationInterrupt);
    }

    private void Raise(uint reason)
    {
        interruptStatus |= reason;
        interrupt.SetLevel(true);
    }

    private void Reset()
    {
        foreach (Virtqueue queue in queues) queue.Reset();
        deviceFeaturesSelect = 0;
        driverFeaturesSelect = 0;
        driverFeatures = 0;
        queueSelect = 0;
        interruptStatus = 0;
        status = 0;
        guestPageBytes = 0;
        legacyAlignmentBytes = 0;
        legacyPageNumber = 0;
        interrupt.SetLevel(false);
        device.Reset();
    }
}
