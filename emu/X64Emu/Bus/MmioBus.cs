using System.Numerics;
using X64Emu.Primitives;

namespace X64Emu.Bus;

/// <summary>Decodes physical addresses that are not RAM. Addresses nobody answers read as all ones and swallow writes.</summary>
public sealed class MmioBus
{
    private readonly List<Mapping> mappings = [];

    /// <summary>True when no device answers anywhere in the range.</summary>
    public bool IsFree(PhysicalMemoryRange range) =>
        !mappings.Exists(mapping => range.Start.Value < mapping.Range.End.Value && mapping.Range.Start.Value < range.End.Value);

    /// <summary>Lets <paramref name="device"/> answer at <paramref name="range"/>.</summary>
    /// <exception cref="ArgumentException">Another device answers there already.</exception>
    public void Map(PhysicalMemoryRange range, IMmioDevice device)
    {
        if (!IsFree(range)) throw new ArgumentException($"a device at {range.Start} would overlap another one", nameof(range));
        mappings.Add(new Mapping(range, device));
    }

    /// <summary>Ends the mapping of <paramref name="device"/>; a device that is not mapped is ignored.</summary>
    public void Unmap(IMmioDevice device) => mappings.RemoveAll(mapping => ReferenceEquals(mapping.Device, device));

    /// <summary>Reads 1 to 8 bytes, zero-extended. Sizes and alignments that devices do not know are split.</summary>
    public ulong Read(PhysicalAddress address, int sizeBytes)
    {
        if (BitOperations.IsPow2(sizeBytes) && TryFind(address, (ulong)sizeBytes, out Mapping whole))
            return whole.Device.Read(address.Value - whole.Range.Start.Value, sizeBytes) & AccessSplit.Mask(sizeBytes);
        ulong value = 0;
        for (int done = 0; done < sizeBytes;)
        {
            PhysicalAddress at = address + (ulong)done;
            int piece = AccessSplit.NextPieceBytes(at.Value, sizeBytes - done);
            ulong part = TryFind(at, (ulong)piece, out Mapping mapping)
                ? mapping.Device.Read(at.Value - mapping.Range.Start.Value, piece)
                : ulong.MaxValue;
            value |= (part & AccessSplit.Mask(piece)) << (8 * done);
            done += piece;
        }
        return value;
    }

    /// <summary>Writes the low 1 to 8 bytes of <paramref name="value"/>. Sizes and alignments that devices do not know are split.</summary>
    public void Write(PhysicalAddress address, int sizeBytes, ulong value)
    {
        if (BitOperations.IsPow2(sizeBytes) && TryFind(address, (ulong)sizeBytes, out Mapping whole))
        {
            whole.Device.Write(address.Value - whole.Range.Start.Value, sizeBytes, value & AccessSplit.Mask(sizeBytes));
            return;
        }
        for (int done = 0; done < sizeBytes;)
        {
            PhysicalAddress at = address + (ulong)done;
            int piece = AccessSplit.NextPieceBytes(at.Value, sizeBytes - done);
            if (TryFind(at, (ulong)piece, out Mapping mapping))
                mapping.Device.Write(at.Value - mapping.Range.Start.Value, piece, (value >> (8 * done)) & AccessSplit.Mask(piece));
            done += piece;
        }
    }

    private bool TryFind(PhysicalAddress address, ulong lengthBytes, out Mapping found)
    {
        foreach (Mapping mapping in mappings)
        {
            if (!mapping.Range.Contains(address, lengthBytes)) continue;
            found = mapping;
            return true;
        }
        found = default;
        return false;
    }

    private readonly record struct Mapping(PhysicalMemoryRange Range, IMmioDevice Device);
}
