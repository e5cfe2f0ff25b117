namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>Where a value is.</summary>
internal enum LocationKind
{
    /// <summary>In memory, at an address.</summary>
    Memory,

    /// <summary>In a register, named by its DWARF number.</summary>
    Register,

    /// <summary>Nowhere: the number is the value itself.</summary>
    Value,

    /// <summary>Nowhere: the bytes are the value itself.</summary>
    Bytes,

    /// <summary>Optimised out.</summary>
    Missing,

    /// <summary>In several places, one after the other.</summary>
    Pieces,
}

/// <summary>What a location expression yields.</summary>
/// <param name="Kind">Which of the others holds it.</param>
/// <param name="Number">An address, a register or a value.</param>
/// <param name="Bytes">For <see cref="LocationKind.Bytes"/>.</param>
/// <param name="Pieces">For <see cref="LocationKind.Pieces"/>: the parts and their sizes in bytes.</param>
internal readonly record struct ValueLocation(
    LocationKind Kind, ulong Number = 0, ArraySegment<byte> Bytes = default, IReadOnlyList<(ValueLocation Location, ulong LengthBytes)>? Pieces = null);
