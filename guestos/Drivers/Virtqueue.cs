using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>
/// A split virtqueue (virtio 1.2, 2.7) in one page, used for one request at a time: descriptors from 0 on, then notify, then poll until it is used.
/// </summary>
internal sealed unsafe class Virtqueue
{
    /// <summary>Descriptors that fit a page with both rings.</summary>
    public const uint MaximumSize = 128;

    /// <summary>Alignment of the used ring in the legacy layout.</summary>
    public const uint UsedRingAlignment = 64;

    private const ushort FlagNext = 1;
    private const ushort FlagDeviceWrites = 2;
    private const ushort NoInterrupt = 1;
    private const int DescriptorBytes = 16;

    private struct VolatileIndex
    {
        public volatile ushort Value;
    }

    private struct Descriptor
    {
        public ulong Address;
        public uint Length;
        public ushort Flags;
        public ushort Next;
    }

    private readonly VirtioMmio _device;
    private readonly int _size;
    private readonly Descriptor* _descriptors;
    private readonly ushort* _available;
    private readonly byte* _used;
    private ushort _lastUsed;
    private int _count;

    public Virtqueue(VirtioMmio device, int size)
    {
        _device = device;
        _size = size;
        byte* page = Physical.FramePointer(FrameAllocator.AllocateZeroed());
        _descriptors = (Descriptor*)page;
        _available = (ushort*)(page + AvailableOffset);
        _used = page + UsedOffset;
        _available[0] = NoInterrupt;
    }

    public ulong PhysicalAddress => Physical.AddressOf(_descriptors);

    public ulong AvailableOffset => (ulong)_size * DescriptorBytes;

    public ulong UsedOffset => (AvailableOffset + 6 + 2 * (ulong)_size + UsedRingAlignment - 1) & ~(ulong)(UsedRingAlignment - 1);

    /// <summary>Descriptors a request may have.</summary>
    public int Capacity => _size;

    /// <summary>Adds memory to the request, what the device reads first, what it writes after. The request may have <see cref="Capacity"/> pieces.</summary>
    public void Add(ulong physicalAddress, uint lengthBytes, bool deviceWrites)
    {
        if (_count == _size) Panic.Because("virtio request with too many pieces");
        if (_count > 0)
        {
            _descriptors[_count - 1].Flags |= FlagNext;
            _descriptors[_count - 1].Next = (ushort)_count;
        }
        _descriptors[_count++] = new Descriptor { Address = physicalAddress, Length = lengthBytes, Flags = deviceWrites ? FlagDeviceWrites : (ushort)0 };
    }

    /// <summary>Hands the request over and waits until the device is done with it; false when the device failed.</summary>
    public bool Run()
    {
        ushort next = _available[1];
        _available[2 + (next & (_size - 1))] = 0;
        // x86 keeps stores in order; the volatile store keeps the compiler to it.
        ((VolatileIndex*)(_available + 1))->Value = (ushort)(next + 1);
        _count = 0;
        _device.Notify();
        _lastUsed++;
        VolatileIndex* used = (VolatileIndex*)(_used + 2);
        for (uint attempt = 0; used->Value != _lastUsed; attempt++)
        {
            Cpu.Pause();
            if ((attempt & 0xffff) == 0xffff && _device.HasFailed) return false;
        }
        return true;
    }
}
