using System.Globalization;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Bytes that are no instruction (#UD), that LOCK forbids (#UD), or that are too long (#GP): at any privilege level, and before any
/// operand is looked at.</summary>
internal static class EncodingCases
{
    /// <summary>Opcodes that 64-bit mode has given up or never had (Intel SDM Vol. 2, appendix A), forms without a register operand, and CR and
    /// segment registers that do not exist.</summary>
    private static readonly string[] Undefined =
    [
        "06", "07", "0e", "16", "17", "1e", "1f", "27", "2f", "37", "3f", "60", "61", "82 c0 01", "9a 00 00 00 00 00 00", "ce", "d4 0a", "d5 0a", "d6",
        "ea 00 00 00 00 00 00", "62 03", "62 c0", "c4 c0", "c5 c0",
        "0f 04", "0f 0a", "0f 0b", "0f 0c", "0f ff", "0f b9 c0", "0f 24 c0", "0f 26 c0",
        "8e c8", "8e 0b", "8e f0", "8e f8", "8c f0", "8c f8", "8d c0", "48 8d c0",
        "fe d0", "fe 13", "ff ff", "ff 3b", "ff e8", "ff d8", "8f c8", "8f 0b", "c6 c8 00", "c6 0b 00", "c7 c8 00 00 00 00",
        "0f 00 f0", "0f 00 f8", "0f 00 33", "0f 01 c0", "0f 01 d7", "0f 01 df", "0f 01 ff", "0f c7 c8", "0f c7 13",
        "0f b2 c0", "0f b4 c0", "0f b5 c0", "0f ba c0 01", "0f ba 03 01", "0f 20 c8", "0f 22 c8", "0f 20 e8", "0f 22 f8", "0f 20 f8", "44 0f 20 c8",
        "44 0f 23 c0", "44 0f 21 c0", "0f ae c7",
    ];

    /// <summary>LOCK with instructions that do not write memory, or cannot be locked (Intel SDM Vol. 2A, LOCK).</summary>
    private static readonly string[] Locked =
    [
        "f0 90", "f0 01 c0", "f0 01 c3", "f0 03 03", "f0 39 03", "f0 84 03", "f0 a8 01", "f0 83 3b 01", "f0 f6 03 01",
        "f0 0f a3 03", "f0 0f ba 23 01", "f0 89 03", "f0 8b 03", "f0 8d 03", "f0 c1 23 01", "f0 f7 23", "f0 ff 13", "f0 ff 33", "f0 50", "f0 a4", "f0 0f c7 c9",
        "f0 0f 10 03", "f0 0f b6 03", "f0 0f af 03", "f0 0f 94 03", "f0 87 c0", "f0 0f b0 c0", "f0 0f c1 c0", "f0 f7 d0", "f0 e8 00 00 00 00", "f0 c3", "f0 f4",
        "f3 f0 90", "f0 0f ab c0", "f0 40 fe c0",
    ];

    /// <summary>More than fifteen bytes, also with what would be #UD behind them; and fifteen that are #UD.</summary>
    private static readonly (string Bytes, int Vector)[] Long =
    [
        (Repeat("66", 15) + "90", 13),
        (Repeat("66", 20) + "90", 13),
        (Repeat("2e", 14) + "0f 0b", 13),
        (Repeat("f3", 13) + "48 01 c0", 13),
        (Repeat("48", 15) + "90", 13),
        (Repeat("66", 8) + "48 b8 11 22 33 44 55 66 77 88", 13),
        (Repeat("f0", 15) + "90", 13),
        ("f0 " + Repeat("66", 14) + "90", 13),
        (Repeat("65", 9) + "81 84 25 00 00 00 00 00 00 00 00", 13),
        (Repeat("66", 15) + "06", 13),
        (Repeat("66", 14) + "06", 6),
        (Repeat("66", 13) + "0f 0b", 6),
        (Repeat("f0", 14) + "90", 6),
        ("66 67 2e f0 f3 06", 6),
    ];

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        .. Undefined.Select(bytes => Raises("undefined", bytes, 6, 3)),
        .. Undefined.Select(bytes => Raises("undefined", bytes, 6, 0)),
        .. Locked.Select(bytes => Raises("LOCK", bytes, 6, 3)),
        .. Long.Select(row => Raises("length", row.Bytes, row.Vector, 3)),
    ];

    private static ExceptionCase Raises(string what, string bytes, int vector, int ring) =>
        new($"{what}, ring {ring}: {bytes}", ring, a => a.db(Parse(bytes)), vector, vector == 13 ? 0UL : null);

    private static string Repeat(string prefix, int count) => string.Concat(Enumerable.Repeat(prefix + " ", count));

    private static byte[] Parse(string bytes) =>
        [.. bytes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => byte.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
