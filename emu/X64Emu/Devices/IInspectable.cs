namespace X64Emu.Devices;

/// <summary>A chip that shows its registers to a debugger.</summary>
public interface IInspectable
{
    /// <summary>The registers under the names of the chip's manual, with what their bits mean. Reading them so changes nothing: no flag is
    /// cleared, no FIFO advances, no latch toggles.</summary>
    IReadOnlyList<InspectedValue> Inspect();
}

/// <summary>One line about a chip.</summary>
/// <param name="Name">The register or pin.</param>
/// <param name="Value">Its value, and in words what it means.</param>
public readonly record struct InspectedValue(string Name, string Value);

/// <summary>A chip with its place in the machine.</summary>
/// <param name="Name">What people call it, such as COM1.</param>
/// <param name="Place">Its ports or addresses and its interrupt.</param>
/// <param name="Chip">The chip.</param>
public sealed record InspectableDevice(string Name, string Place, IInspectable Chip);

/// <summary>Words for the bits of a register.</summary>
internal static class BitNames
{
    /// <summary>The names of the bits that are set, separated by commas; "none" when no named bit is.</summary>
    /// <param name="value">The register.</param>
    /// <param name="names">Bit numbers and what they are called when set.</param>
    internal static string Of(ulong value, params ReadOnlySpan<(int Bit, string Name)> names)
    {
        List<string> set = [];
        foreach ((int bit, string name) in names)
        {
            if ((value >> bit & 1) != 0) set.Add(name);
        }
        return set.Count == 0 ? "none" : string.Join(", ", set);
    }
}
