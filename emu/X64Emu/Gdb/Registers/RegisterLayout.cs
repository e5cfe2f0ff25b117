namespace X64Emu.Gdb.Registers;

/// <summary>The registers in the order of gdb's numbers; the target description and the packets g, G, p and P follow from it.</summary>
internal static class RegisterLayout
{
    /// <summary>The features in order.</summary>
    public static IReadOnlyList<RegisterFeature> Features { get; } =
    [
        CoreRegisters.Feature, VectorRegisters.SseFeature, SystemRegisters.LinuxFeature, SystemRegisters.SegmentFeature, VectorRegisters.AvxFeature,
        SystemRegisters.ProcessorFeature,
    ];

    /// <summary>All registers; the index is gdb's number.</summary>
    public static IReadOnlyList<RegisterDefinition> All { get; } = [.. Features.SelectMany(feature => feature.Registers)];

    /// <summary>The length of all of them in a g packet.</summary>
    public static int LengthBytes { get; } = All.Sum(register => register.LengthBytes);

    /// <summary>The number of a register.</summary>
    public static int NumberOf(string name)
    {
        for (int number = 0; number < All.Count; number++)
        {
            if (All[number].Name == name) return number;
        }
        throw new ArgumentException($"no register {name}", nameof(name));
    }

    /// <summary>The bytes of one register.</summary>
    public static byte[] Read(RegisterValues values, int number)
    {
        byte[] bytes = new byte[All[number].LengthBytes];
        All[number].Read(values, bytes);
        return bytes;
    }

    /// <summary>The bytes of all registers.</summary>
    public static byte[] ReadAll(RegisterValues values)
    {
        byte[] bytes = new byte[LengthBytes];
        int offset = 0;
        foreach (RegisterDefinition register in All)
        {
            register.Read(values, bytes.AsSpan(offset, register.LengthBytes));
            offset += register.LengthBytes;
        }
        return bytes;
    }

    /// <summary>Replaces all registers that gdb may write; bytes that are missing at the end leave theirs as they are.</summary>
    public static void WriteAll(RegisterValues values, ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        foreach (RegisterDefinition register in All)
        {
            if (bytes.Length - offset < register.LengthBytes) return;
            register.Write?.Invoke(values, bytes.Slice(offset, register.LengthBytes));
            offset += register.LengthBytes;
        }
    }
}
