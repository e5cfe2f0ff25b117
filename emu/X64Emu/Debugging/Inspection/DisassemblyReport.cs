using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>Disassembly as lines: an arrow at the next instruction, addresses with symbols, raw bytes and source lines where asked for.</summary>
public sealed class DisassemblyReport
{
    private const int MostCodeBefore = 4096;

    /// <summary>The address that gets the arrow; null for none.</summary>
    public VirtualAddress? Arrow { get; init; }

    /// <summary>Names addresses.</summary>
    public AddressNamer? Namer { get; init; }

    /// <summary>Whether the bytes are shown, too.</summary>
    public bool ShowsBytes { get; init; }

    /// <summary>Where code comes from; null shows no source.</summary>
    public SourceLocator? Source { get; init; }

    /// <summary>The text of the source files, for <see cref="Source"/>.</summary>
    public SourceListing? Listing { get; init; }

    /// <summary>One line for each instruction; with <see cref="Source"/>, above them each source line they come from.</summary>
    public IReadOnlyList<string> Lines(IEnumerable<DisassembledInstruction> instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        List<string> lines = [];
        SourcePlace? current = null;
        foreach (DisassembledInstruction instruction in instructions)
        {
            if (Source?.Invoke(instruction.Address) is { } place && place != current)
            {
                current = place;
                lines.Add(Listing?.Line(place) is { } text ? $"{place.File}:{place.Line}\t{text}" : $"{place.File}:{place.Line}");
            }
            lines.Add(Line(instruction));
        }
        return lines;
    }

    /// <summary>The instructions around an address. What stands before it can only be decoded from the function's start, since instructions
    /// differ in length; without one, nothing before it is shown.</summary>
    /// <param name="disassembler">Decodes.</param>
    /// <param name="address">The instruction in the middle.</param>
    /// <param name="functionStart">Where its function begins; null when that is not known.</param>
    /// <param name="before">How many instructions before it, at most.</param>
    /// <param name="after">How many behind it.</param>
    public static IReadOnlyList<DisassembledInstruction> Around(
        Disassembler disassembler, VirtualAddress address, VirtualAddress? functionStart, int before, int after)
    {
        ArgumentNullException.ThrowIfNull(disassembler);
        IReadOnlyList<DisassembledInstruction> behind = disassembler.Decode(address, after + 1);
        if (functionStart is not { } start || start.Value >= address.Value || address.Value - start.Value > MostCodeBefore) return behind;
        IReadOnlyList<DisassembledInstruction> front = disassembler.DecodeRange(start, address);
        // The instructions must meet the address: else it lies within one, and they mean nothing.
        return front[^1].Next == address ? [.. front.TakeLast(before), .. behind] : behind;
    }

    private string Line(DisassembledInstruction instruction)
    {
        string arrow = instruction.Address == Arrow ? "=> " : "   ";
        string place = Namer?.Invoke(instruction.Address) is { } name ? $"{instruction.Address} <{name}>" : $"{instruction.Address}";
        string bytes = ShowsBytes ? $"{string.Join(' ', instruction.Bytes.Select(value => $"{value:x2}")),-30}\t" : "";
        return $"{arrow}{place}:\t{bytes}{instruction.Text}";
    }
}
