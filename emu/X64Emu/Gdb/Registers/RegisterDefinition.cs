namespace X64Emu.Gdb.Registers;

/// <summary>Reads a register's bytes, lowest first.</summary>
internal delegate void RegisterReader(RegisterValues values, Span<byte> destination);

/// <summary>Replaces a register by bytes of its width.</summary>
internal delegate void RegisterWriter(RegisterValues values, ReadOnlySpan<byte> source);

/// <summary>One register of the target description: name and type for gdb, and how to get at it.</summary>
/// <param name="Name">As gdb calls it.</param>
/// <param name="Bits">Its width, a multiple of 8.</param>
/// <param name="Type">A type of the target description.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Write">Writes it; null when gdb may not.</param>
/// <param name="Group">A register group, or null.</param>
internal sealed record RegisterDefinition(string Name, int Bits, string Type, RegisterReader Read, RegisterWriter? Write, string? Group = null)
{
    public int LengthBytes => Bits / 8;

    /// <summary>A register that is a number of at most 64 bits.</summary>
    public static RegisterDefinition Number(
        string name, int bits, string type, Func<RegisterValues, ulong> get, Action<RegisterValues, ulong>? set, string? group = null) =>
        new(name, bits, type, (values, destination) => Store(get(values), destination), set is null ? null : (values, source) => set(values, Load(source)), group);

    private static void Store(ulong value, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = (byte)(value >> (8 * i));
    }

    private static ulong Load(ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (int i = 0; i < source.Length; i++) value |= (ulong)source[i] << (8 * i);
        return value;
    }
}

/// <summary>A named group of registers of the target description.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Types">Definitions of types, as XML.</param>
/// <param name="Registers">Its registers, in the order of their numbers.</param>
internal sealed record RegisterFeature(string Name, string Types, IReadOnlyList<RegisterDefinition> Registers);
