namespace X64Emu.Devices.Virtio;

/// <summary>What a virtio device does, apart from the transport that the guest finds it on.</summary>
public abstract class VirtioDevice
{
    /// <summary>VIRTIO_F_RING_INDIRECT_DESC: chains may continue in a table elsewhere. The transport offers it for every device.</summary>
    public const ulong IndirectDescriptorsFeature = 1UL << 28;

    /// <summary>VIRTIO_F_VERSION_1: the modern interface. The transport offers it on version 2.</summary>
    public const ulong Version1Feature = 1UL << 32;

    /// <summary>The device's number in the virtio specification, chapter 5: 2 block, 4 entropy, 9 9P.</summary>
    public abstract uint DeviceId { get; }

    /// <summary>What the device is, in words.</summary>
    public virtual string Description => DeviceId switch { 2 => "block device", 4 => "entropy source", 9 => "9P transport", _ => "unknown kind" };

    /// <summary>The feature bits of this kind of device (0..23).</summary>
    public virtual ulong Features => 0;

    /// <summary>How many virtqueues it has.</summary>
    public virtual int QueueCount => 1;

    /// <summary>The most descriptors a queue may have; a power of two.</summary>
    public virtual ushort MaximumQueueSize => 128;

    /// <summary>The configuration space as the guest reads it. The guest cannot write it.</summary>
    public virtual ReadOnlySpan<byte> Configuration => default;

    /// <summary>Forgets everything a driver did.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Handles one request.</summary>
    /// <param name="queueIndex">The queue it came on.</param>
    /// <param name="chain">Its buffers.</param>
    /// <param name="writtenBytes">How many bytes of the writable part were filled, from its start.</param>
    /// <returns>False when the request breaks the protocol so that nothing can be answered; the device then needs a reset.</returns>
    public abstract bool Handle(int queueIndex, DescriptorChain chain, out uint writtenBytes);
}
