using X64Emu.Primitives;

namespace X64Emu.Bus;

/// <summary>A run of physical addresses.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="LengthBytes">How many bytes; never zero, never beyond the end of the address space.</param>
public readonly record struct PhysicalMemoryRange(PhysicalAddress Start, ulong LengthBytes)
{
    /// <summary>The first byte after the range.</summary>
    public PhysicalAddress End => Start + LengthBytes;

    /// <summary>True when <paramref name="address"/> and the <paramref name="lengthBytes"/> bytes from it lie inside.</summary>
    public bool Contains(PhysicalAddress address, ulong lengthBytes)
    {
        ulong offset = address.Value - Start.Value;
        return offset <= LengthBytes && lengthBytes <= LengthBytes - offset;
    }
}
