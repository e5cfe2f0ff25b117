using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using X64Emu.Cpu;

namespace X64Emu.Debugging.Inspection;

/// <summary>How the elements of a vector register are shown.</summary>
public enum VectorFormat
{
    /// <summary>The whole register as one hexadecimal number.</summary>
    Whole,

    /// <summary>8-bit integers.</summary>
    Bytes,

    /// <summary>16-bit integers.</summary>
    Words,

    /// <summary>32-bit integers.</summary>
    Doublewords,

    /// <summary>64-bit integers.</summary>
    Quadwords,

    /// <summary>Single precision.</summary>
    Floats,

    /// <summary>Double precision.</summary>
    Doubles,
}

/// <summary>The XMM and YMM registers and MXCSR.</summary>
public static class VectorReport
{
    private const int Count = 16, XmmBytes = 16;

    private static readonly NamedBit[] s_mxcsr =
    [
        new(0, "IE", ""), new(1, "DE", ""), new(2, "ZE", ""), new(3, "OE", ""), new(4, "UE", ""), new(5, "PE", ""), new(6, "DAZ", ""),
        new(7, "IM", ""), new(8, "DM", ""), new(9, "ZM", ""), new(10, "OM", ""), new(11, "UM", ""), new(12, "PM", ""), new(15, "FTZ", ""),
    ];

    private static readonly string[] s_rounding = ["to nearest", "down", "up", "toward zero"];

    /// <summary>The words for the formats, as commands take them.</summary>
    public static IReadOnlyList<string> FormatNames { get; } = [.. Enum.GetNames<VectorFormat>().Select(name => name.ToLowerInvariant())];

    /// <summary>The XMM registers, lowest element first, then MXCSR.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="format">How to show the elements.</param>
    /// <param name="number">One register, 0..15; null for all.</param>
    public static IReadOnlyList<string> Xmm(ProcessorRegisters registers, VectorFormat format, int? number = null) =>
        Lines(registers, "xmm", XmmBytes, format, number);

    /// <summary>The YMM registers, likewise.</summary>
    public static IReadOnlyList<string> Ymm(ProcessorRegisters registers, VectorFormat format, int? number = null) =>
        Lines(registers, "ymm", 2 * XmmBytes, format, number);

    /// <summary>A YMM register as one number.</summary>
    internal static string Hexadecimal(Vector256<byte> value) => Elements(MemoryMarshal.AsBytes([value]), VectorFormat.Whole);

    private static List<string> Lines(ProcessorRegisters registers, string name, int lengthBytes, VectorFormat format, int? number)
    {
        ArgumentNullException.ThrowIfNull(registers);
        List<string> lines = [];
        for (int index = number ?? 0; index <= (number ?? Count - 1); index++)
        {
            Vector256<byte> value = registers.GetYmm(index);
            lines.Add($"{$"{name}{index}",-8}{Elements(MemoryMarshal.AsBytes([value])[..lengthBytes], format)}");
        }
        uint mxcsr = registers.Mxcsr;
        if (number is null) lines.Add($"mxcsr   0x{mxcsr:x4}  {NamedBit.Set(mxcsr, s_mxcsr)}; rounds {s_rounding[mxcsr >> 13 & 3]}");
        return lines;
    }

    private static string Elements(ReadOnlySpan<byte> bytes, VectorFormat format)
    {
        if (format == VectorFormat.Whole)
        {
            Span<byte> reversed = stackalloc byte[bytes.Length];
            bytes.CopyTo(reversed);
            reversed.Reverse();
            return "0x" + Convert.ToHexStringLower(reversed);
        }
        int size = format switch { VectorFormat.Bytes => 1, VectorFormat.Words => 2, VectorFormat.Doublewords or VectorFormat.Floats => 4, _ => 8 };
        List<string> elements = [];
        for (int at = 0; at < bytes.Length; at += size) elements.Add(Element(bytes.Slice(at, size), format));
        return "{" + string.Join(", ", elements) + "}";
    }

    private static string Element(ReadOnlySpan<byte> bytes, VectorFormat format) => format switch
    {
        VectorFormat.Bytes => $"0x{bytes[0]:x2}",
        VectorFormat.Words => $"0x{BinaryPrimitives.ReadUInt16LittleEndian(bytes):x4}",
        VectorFormat.Doublewords => $"0x{BinaryPrimitives.ReadUInt32LittleEndian(bytes):x8}",
        VectorFormat.Quadwords => $"0x{BinaryPrimitives.ReadUInt64LittleEndian(bytes):x16}",
        VectorFormat.Floats => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
    };
}
