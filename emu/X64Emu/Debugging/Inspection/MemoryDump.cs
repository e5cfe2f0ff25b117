using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>Shows memory as <c>x</c> does. Reads through what it is given, so one class serves virtual and physical memory.</summary>
/// <param name="read">Reads at an address; returns the bytes read before the first one that is not there.</param>
/// <param name="namer">Names addresses; null for physical memory.</param>
/// <param name="missing">What the lack of memory at an address means, as <c>not mapped</c>.</param>
public sealed class MemoryDump(Func<ulong, Memory<byte>, int> read, AddressNamer? namer, string missing)
{
    private const int LineBytes = 16, MaximumStringBytes = 4096;

    /// <summary>The address behind what the last call showed, where an <c>x</c> without an address goes on.</summary>
    public ulong NextAddress { get; private set; }

    /// <summary>Lines of units from an address on; a unit that is not there ends them with a line that says so.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="format">What to show; instructions are <see cref="Disassembler"/>'s.</param>
    public IReadOnlyList<string> Lines(ulong address, MemoryFormat format) =>
        format.Letter == 's' ? Strings(address, format.Count) : Units(address, format);

    private List<string> Units(ulong address, MemoryFormat format)
    {
        List<string> lines = [];
        byte[] bytes = new byte[format.Count * format.UnitBytes];
        int present = read(address, bytes), whole = present / format.UnitBytes;
        int perLine = format.Letter == 't' || format.UnitBytes == 1 ? Math.Max(1, LineBytes / 2 / format.UnitBytes) : LineBytes / format.UnitBytes;
        for (int first = 0; first < whole; first += perLine)
        {
            ulong at = address + (ulong)(first * format.UnitBytes);
            int count = Math.Min(perLine, whole - first);
            IEnumerable<string> units = Enumerable.Range(first, count)
                .Select(unit => Unit(bytes.AsSpan(unit * format.UnitBytes, format.UnitBytes), format.Letter));
            lines.Add($"{Place(at)}:\t{string.Join('\t', units)}");
        }
        NextAddress = address + (ulong)(whole * format.UnitBytes);
        if (whole < format.Count) lines.Add(Missing(address + (ulong)present));
        return lines;
    }

    private List<string> Strings(ulong address, int count)
    {
        List<string> lines = [];
        byte[] bytes = new byte[MaximumStringBytes];
        for (int index = 0; index < count; index++)
        {
            int present = read(address, bytes);
            int end = Array.IndexOf(bytes, (byte)0, 0, present);
            if (present == 0 || (end < 0 && present < bytes.Length))
            {
                if (present > 0) lines.Add($"{Place(address)}:\t{Quoted(bytes.AsSpan(0, present))}...");
                lines.Add(Missing(address + (ulong)present));
                address += (ulong)present;
                break;
            }
            int length = end < 0 ? bytes.Length : end;
            lines.Add($"{Place(address)}:\t{Quoted(bytes.AsSpan(0, length))}{(end < 0 ? "..." : "")}");
            address += (ulong)length + (end < 0 ? 0UL : 1UL);
        }
        NextAddress = address;
        return lines;
    }

    private string Place(ulong address)
    {
        string hexadecimal = $"0x{address:x}";
        return namer?.Invoke(new VirtualAddress(address)) is { } name ? $"{hexadecimal} <{name}>" : hexadecimal;
    }

    private string Missing(ulong address) => $"0x{address:x}:\t{missing}";

    private string Unit(ReadOnlySpan<byte> bytes, char letter)
    {
        ulong value = bytes.Length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
        int bits = 8 * bytes.Length;
        long signed = (long)(value << (64 - bits)) >> (64 - bits);
        return letter switch
        {
            'd' => signed.ToString(CultureInfo.InvariantCulture),
            'u' => value.ToString(CultureInfo.InvariantCulture),
            'o' => Octal(value),
            't' => value.ToString($"b{bits}", CultureInfo.InvariantCulture),
            'a' => Place(value),
            'c' => $"{signed} '{Character((byte)value, '\'')}'",
            'f' when bits == 32 => BitConverter.UInt32BitsToSingle((uint)value).ToString(CultureInfo.InvariantCulture),
            'f' => BitConverter.UInt64BitsToDouble(value).ToString(CultureInfo.InvariantCulture),
            _ => "0x" + value.ToString($"x{bits / 4}", CultureInfo.InvariantCulture),
        };
    }

    private static string Octal(ulong value)
    {
        string digits = "";
        do digits = (char)('0' + (value & 7)) + digits;
        while ((value >>= 3) != 0);
        return digits == "0" ? digits : "0" + digits;
    }

    /// <summary>Bytes as a C string literal; what is not printable ASCII is escaped, so that guest memory cannot speak to the terminal.</summary>
    public static string Quoted(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte value in bytes) text.Append(Character(value, '"'));
        return text.Append('"').ToString();
    }

    private static string Character(byte value, char quote) => value switch
    {
        (byte)'\n' => @"\n",
        (byte)'\r' => @"\r",
        (byte)'\t' => @"\t",
        (byte)'\\' => @"\\",
        _ when value == quote => "\\" + quote,
        >= 0x20 and < 0x7f => ((char)value).ToString(),
        _ => "\\" + Convert.ToString(value, 8).PadLeft(3, '0'),
    };
}
