using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>An instruction in text.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Bytes">Its bytes; none where no memory is.</param>
/// <param name="Text">Intel syntax with targets named; <c>(bad)</c> for bytes that are no instruction.</param>
/// <param name="IsValid">False for those, and where no memory is.</param>
public sealed record DisassembledInstruction(VirtualAddress Address, IReadOnlyList<byte> Bytes, string Text, bool IsValid)
{
    /// <summary>The address behind it; one byte further where nothing could be decoded.</summary>
    public VirtualAddress Next => Address + (ulong)Math.Max(Bytes.Count, 1);
}
