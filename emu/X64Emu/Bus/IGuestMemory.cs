using System.Buffers.Binary;
using X64Emu.Primitives;

namespace X64Emu.Bus;

/// <summary>Guest RAM as a bus-mastering device sees it: bounds-checked, and the CPU hears of code it overwrites.</summary>
public interface IGuestMemory
{
    /// <summary>Copies RAM out; false, with nothing copied, when the run is not all RAM.</summary>
    bool Read(PhysicalAddress address, Span<byte> destination);

    /// <summary>Copies into RAM; false, with nothing copied, when the run is not all RAM.</summary>
    bool Write(PhysicalAddress address, ReadOnlySpan<byte> source);
}

/// <summary>Whoever caches decoded instructions and must drop them when their bytes change.</summary>
public interface ICodeWriteObserver
{
    /// <summary>A device wrote into a page that <see cref="CodePageMap"/> marks as holding decoded code.</summary>
    /// <param name="physicalPageNumber">The physical address divided by 4096.</param>
    void PageWritten(ulong physicalPageNumber);
}

/// <summary>Little-endian words over <see cref="IGuestMemory"/>.</summary>
public static class GuestMemoryWords
{
    /// <summary>Reads 16 bits; false when they are not RAM.</summary>
    public static bool TryReadUInt16(this IGuestMemory memory, PhysicalAddress address, out ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        bool inside = memory.Read(address, bytes);
        value = inside ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;
        return inside;
    }

    /// <summary>Writes 16 bits; false when they are not RAM.</summary>
    public static bool TryWriteUInt16(this IGuestMemory memory, PhysicalAddress address, ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return memory.Write(address, bytes);
    }
}
