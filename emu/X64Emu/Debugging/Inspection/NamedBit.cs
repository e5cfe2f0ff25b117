namespace X64Emu.Debugging.Inspection;

/// <summary>A bit or field of a register under its manual's name.</summary>
/// <param name="Bit">Its lowest bit.</param>
/// <param name="Name">The short name, such as PE.</param>
/// <param name="Meaning">What it means when set; for fields what it holds.</param>
/// <param name="Width">How many bits it has.</param>
internal readonly record struct NamedBit(int Bit, string Name, string Meaning, int Width = 1)
{
    /// <summary>The field's value in a register.</summary>
    public ulong Of(ulong register) => register >> Bit & ((1UL << Width) - 1);

    /// <summary>One line for each bit, set or not.</summary>
    public static IEnumerable<string> Describe(ulong register, IEnumerable<NamedBit> bits) =>
        bits.Select(bit => $"  {bit.Name,-11} {bit.Place,-9} {bit.Of(register)}  {bit.Meaning}");

    /// <summary>The names of the bits that are set, fields with their value.</summary>
    public static string Set(ulong register, IEnumerable<NamedBit> bits)
    {
        string[] names = [.. bits.Where(bit => bit.Of(register) != 0).Select(bit => bit.Width == 1 ? bit.Name : $"{bit.Name}={bit.Of(register)}")];
        return names.Length == 0 ? "none" : string.Join(' ', names);
    }

    private string Place => Width == 1 ? $"bit {Bit}" : $"bits {Bit + Width - 1}:{Bit}";
}
