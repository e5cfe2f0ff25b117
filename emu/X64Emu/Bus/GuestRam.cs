using System.Buffers.Binary;
using X64Emu.Primitives;

namespace X64Emu.Bus;

/// <summary>The machine's RAM: one host block, committed by the host page by page as the guest touches it.</summary>
/// <remarks>
/// RAM starts at physical 0. The last GiB below 4 GiB belongs to devices, so what does not fit below 3 GiB goes on at 4 GiB.
/// In the host block both parts lie side by side: physical 4 GiB is at <c>Base + 3 GiB</c>.
/// Whoever keeps <see cref="Base"/> must not use it after <see cref="Dispose"/>.
/// </remarks>
public sealed unsafe class GuestRam : IDisposable
{
    /// <summary>RAM below this physical address is contiguous from 0; from here to 4 GiB are devices.</summary>
    public const ulong DeviceHoleStart = 3UL << 30;

    /// <summary>Where RAM goes on above the device hole.</summary>
    public const ulong HighRamStart = 4UL << 30;

    /// <summary>The size of a frame in bytes; RAM is a whole number of them.</summary>
    public const int FrameBytes = 4096;

    /// <summary>The most RAM a machine may have: 1 TiB.</summary>
    public const ulong MaximumLengthBytes = 1UL << 40;

    private readonly ulong lowBytes;
    private readonly ulong highBytes;
    private readonly PhysicalMemoryRange[] ranges;
    private byte* block;

    /// <summary>Reserves RAM of <paramref name="lengthBytes"/> bytes, all zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is zero, no multiple of 4096, or above 1 TiB.</exception>
    /// <exception cref="InsufficientMemoryException">The host refuses that much address space.</exception>
    public GuestRam(ulong lengthBytes)
    {
        if (lengthBytes == 0 || lengthBytes % FrameBytes != 0 || lengthBytes > MaximumLengthBytes)
            throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes, "RAM is a multiple of 4096 bytes, at most 1 TiB");
        LengthBytes = lengthBytes;
        lowBytes = Math.Min(lengthBytes, DeviceHoleStart);
        highBytes = lengthBytes - lowBytes;
        PhysicalMemoryRange low = new(new PhysicalAddress(0), lowBytes);
        ranges = highBytes == 0 ? [low] : [low, new(new PhysicalAddress(HighRamStart), highBytes)];
        block = HostMemory.Reserve(lengthBytes);
    }

    /// <summary>The host address of physical 0; null after <see cref="Dispose"/>.</summary>
    public byte* Base => block;

    /// <summary>All RAM, in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>The bytes of RAM from physical 0 on without a gap (at most 3 GiB).</summary>
    public ulong LowLengthBytes => lowBytes;

    /// <summary>One more than the highest physical page number that is RAM.</summary>
    public ulong PhysicalPageLimit => (highBytes == 0 ? lowBytes : HighRamStart + highBytes) / FrameBytes;

    /// <summary>Where RAM is, in ascending order.</summary>
    public ReadOnlySpan<PhysicalMemoryRange> Ranges => ranges;

    /// <summary>The host address of <paramref name="lengthBytes"/> bytes at <paramref name="physicalAddress"/>, or null when they are
    /// not all RAM. A negative length is never RAM.</summary>
    public byte* TryGetPointer(ulong physicalAddress, int lengthBytes)
    {
        // The length is compared with what is left after the start, so no sum can wrap; (ulong) turns a negative length into a huge one.
        if (physicalAddress < lowBytes)
            return (ulong)lengthBytes <= lowBytes - physicalAddress ? block + physicalAddress : null;
        ulong highOffset = physicalAddress - HighRamStart;
        return highOffset < highBytes && (ulong)lengthBytes <= highBytes - highOffset ? block + DeviceHoleStart + highOffset : null;
    }

    /// <summary>The host bytes of a run of RAM; empty and false when it is not all RAM.</summary>
    public bool TryGetSpan(PhysicalAddress address, int lengthBytes, out Span<byte> bytes)
    {
        byte* pointer = TryGetPointer(address.Value, lengthBytes);
        bytes = pointer == null ? default : new Span<byte>(pointer, lengthBytes);
        return pointer != null;
    }

    /// <summary>Copies RAM out; false, with nothing copied, when the run is not all RAM.</summary>
    public bool Read(PhysicalAddress address, Span<byte> destination)
    {
        if (!TryGetSpan(address, destination.Length, out Span<byte> bytes)) return false;
        bytes.CopyTo(destination);
        return true;
    }

    /// <summary>Copies into RAM; false, with nothing copied, when the run is not all RAM. Decoded code is not told: see <see cref="GuestMemory"/>.</summary>
    public bool Write(PhysicalAddress address, ReadOnlySpan<byte> source)
    {
        if (!TryGetSpan(address, source.Length, out Span<byte> bytes)) return false;
        source.CopyTo(bytes);
        return true;
    }

    /// <summary>Reads a little-endian 64-bit word; false when it is not all RAM.</summary>
    public bool TryReadUInt64(PhysicalAddress address, out ulong value)
    {
        bool inside = TryGetSpan(address, sizeof(ulong), out Span<byte> bytes);
        value = inside ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return inside;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (block == null) return;
        HostMemory.Release(block, LengthBytes);
        block = null;
    }
}
