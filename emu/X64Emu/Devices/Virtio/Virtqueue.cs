using System.Buffers.Binary;
using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Devices.Virtio;

/// <summary>A split virtqueue (virtio 1.2, 2.7), seen from the device. Everything in guest RAM may be hostile and is checked when read.</summary>
internal sealed class Virtqueue
{
    private const int DescriptorBytes = 16;
    private const ushort FlagNext = 1;
    private const ushort FlagWrite = 2;
    private const ushort FlagIndirect = 4;
    private const ushort AvailableNoInterrupt = 1;

    private readonly IGuestMemory memory;
    private readonly DescriptorChain chain;
    private ushort nextAvailable;
    private ushort nextUsed;

    internal Virtqueue(IGuestMemory memory)
    {
        this.memory = memory;
        chain = new DescriptorChain(memory);
    }

    /// <summary>What <see cref="TryTake"/> found.</summary>
    internal enum TakeResult
    {
        /// <summary>A request.</summary>
        Taken,

        /// <summary>No request waits.</summary>
        Empty,

        /// <summary>The ring breaks the rules; the device needs a reset.</summary>
        Broken,
    }

    /// <summary>The number of descriptors; a power of two once the queue is ready.</summary>
    internal ushort Size { get; set; }

    internal bool IsReady { get; set; }

    internal ulong DescriptorTable { get; set; }

    internal ulong AvailableRing { get; set; }

    internal ulong UsedRing { get; set; }

    /// <summary>True when the driver asked not to be interrupted for used buffers.</summary>
    internal bool SuppressesInterrupts =>
        memory.TryReadUInt16(new PhysicalAddress(AvailableRing), out ushort flags) && (flags & AvailableNoInterrupt) != 0;

    internal void Reset()
    {
        Size = 0;
        IsReady = false;
        DescriptorTable = 0;
        AvailableRing = 0;
        UsedRing = 0;
        nextAvailable = 0;
        nextUsed = 0;
    }

    /// <summary>Size, places and progress in words.</summary>
    internal string Describe() => !IsReady
        ? "not ready"
        : $"{Size} descriptors at 0x{DescriptorTable:x}, available ring 0x{AvailableRing:x}, used ring 0x{UsedRing:x}, "
            + $"next request {nextAvailable}, next answer {nextUsed}";

    /// <summary>Takes the next request off the available ring. The chain is valid until the next call.</summary>
    internal TakeResult TryTake(out DescriptorChain request)
    {
        request = chain;
        if (!memory.TryReadUInt16(new PhysicalAddress(AvailableRing + 2), out ushort available)) return TakeResult.Broken;
        if (available == nextAvailable) return TakeResult.Empty;
        // The driver can be ahead by a ring at most.
        if ((ushort)(available - nextAvailable) > Size) return TakeResult.Broken;
        ulong slot = AvailableRing + 4 + 2 * (ulong)(nextAvailable & (Size - 1));
        if (!memory.TryReadUInt16(new PhysicalAddress(slot), out ushort head) || head >= Size) return TakeResult.Broken;
        nextAvailable++;
        chain.Begin(head);
        return Follow(DescriptorTable, Size, head, mayBeIndirect: true) ? TakeResult.Taken : TakeResult.Broken;
    }

    /// <summary>Gives a request back to the driver; false when the used ring is not RAM.</summary>
    internal bool TryReturn(ushort head, uint writtenBytes)
    {
        Span<byte> element = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(element, head);
        BinaryPrimitives.WriteUInt32LittleEndian(element[4..], writtenBytes);
        if (!memory.Write(new PhysicalAddress(UsedRing + 4 + 8 * (ulong)(nextUsed & (Size - 1))), element)) return false;
        nextUsed++;
        return memory.TryWriteUInt16(new PhysicalAddress(UsedRing + 2), nextUsed);
    }

    /// <summary>Collects the descriptors from <paramref name="index"/> on. A chain never has more than the table, so a loop is found.</summary>
    private bool Follow(ulong table, uint tableSize, ushort index, bool mayBeIndirect)
    {
        Span<byte> descriptor = stackalloc byte[DescriptorBytes];
        for (uint seen = 0; seen < tableSize; seen++)
        {
            if (index >= tableSize || !memory.Read(new PhysicalAddress(table + DescriptorBytes * (ulong)index), descriptor)) return false;
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(descriptor);
            uint lengthBytes = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
            ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[12..]);
            if ((flags & FlagIndirect) != 0)
            {
                uint entries = lengthBytes / DescriptorBytes;
                bool isSound = mayBeIndirect && (flags & FlagNext) == 0 && lengthBytes % DescriptorBytes == 0 && entries > 0 && entries <= Size;
                return isSound && Follow(address, entries, 0, mayBeIndirect: false);
            }
            if (!chain.TryAdd(address, lengthBytes, (flags & FlagWrite) != 0)) return false;
            if ((flags & FlagNext) == 0) return true;
            index = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[14..]);
        }
        return false;
    }
}
