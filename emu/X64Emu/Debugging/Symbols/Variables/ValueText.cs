using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>Writes values as C does: 42, 'a', {x = 3, y = 4}, 0x4c6120 "text".</summary>
/// <param name="memory">Where pointers to characters lead.</param>
public sealed class ValueText(MemoryReader memory)
{
    private const int MaximumElements = 32;
    private const int MaximumCharacters = 200;
    private const int MaximumNesting = 4;

    /// <summary>The value in one line.</summary>
    public string Format(VariableValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Problem is { } problem ? $"<{problem}>" : Format(value.Type, value.Bytes, 0);
    }

    private string Format(DebugType type, ReadOnlySpan<byte> bytes, int nesting)
    {
        switch (type.Kind)
        {
            case DebugTypeKind.Array: return Array(type, bytes, nesting);
            case DebugTypeKind.Structure: return Structure(type, bytes, nesting);
            case DebugTypeKind.Floating: return Floating(bytes);
        }
        if (bytes.Length is 0 or > 8) return bytes.Length == 0 ? "?" : "0x" + Convert.ToHexStringLower(bytes);
        return Number(type, Unsigned(bytes), bytes.Length * 8);
    }

    private string Number(DebugType type, ulong value, int bits)
    {
        long signed = (long)(value << (64 - bits)) >> (64 - bits);
        return type.Kind switch
        {
            DebugTypeKind.SignedNumber => Text(signed),
            DebugTypeKind.Boolean => value switch { 0 => "false", 1 => "true", _ => Text(value) },
            DebugTypeKind.Character => $"{Text(value)} '{Escape((char)(value & 0xffff))}'",
            DebugTypeKind.Reference => Pointer(type, value),
            DebugTypeKind.Enumeration => type.Enumerators.FirstOrDefault(each => each.Value == signed || (ulong)each.Value == value).Name ?? Text(signed),
            _ => Text(value),
        };
    }

    private string Pointer(DebugType type, ulong value)
    {
        string text = "0x" + value.ToString("x", CultureInfo.InvariantCulture);
        if (type.Target is not { Kind: DebugTypeKind.Character, SizeBytes: 1 }) return text;
        byte[] bytes = new byte[MaximumCharacters];
        int read = memory(new VirtualAddress(value), bytes);
        return read == 0 ? text : $"{text} {Quoted(bytes.AsSpan(0, read))}";
    }

    private string Array(DebugType type, ReadOnlySpan<byte> bytes, int nesting)
    {
        if (type.Target is not { SizeBytes: > 0 and <= int.MaxValue } element) return "{}";
        if (element is { Kind: DebugTypeKind.Character, SizeBytes: 1 }) return Quoted(bytes);
        if (nesting == MaximumNesting) return "{...}";
        int size = (int)element.SizeBytes;
        StringBuilder text = new("{");
        for (int index = 0; (index + 1) * size <= bytes.Length; index++)
        {
            if (index > 0) text.Append(", ");
            if (index == MaximumElements)
            {
                text.Append("...");
                break;
            }
            text.Append(Format(element, bytes.Slice(index * size, size), nesting + 1));
        }
        return text.Append('}').ToString();
    }

    private string Structure(DebugType type, ReadOnlySpan<byte> bytes, int nesting)
    {
        if (nesting == MaximumNesting) return "{...}";
        StringBuilder text = new("{");
        foreach (DebugMember member in type.Members)
        {
            if (text.Length > 1) text.Append(", ");
            if (member.Name.Length > 0) text.Append(member.IsBase ? $"<{member.Name}>" : member.Name).Append(" = ");
            text.Append(Member(member, bytes, nesting));
        }
        return text.Append('}').ToString();
    }

    private string Member(DebugMember member, ReadOnlySpan<byte> structure, int nesting)
    {
        ulong first = member.BitLength > 0 ? member.BitOffset / 8 : member.OffsetBytes;
        ulong length = member.BitLength > 0 ? (member.BitOffset % 8 + (ulong)member.BitLength + 7) / 8 : member.Type.SizeBytes;
        if (first > (ulong)structure.Length || length > (ulong)structure.Length - first) return "?";
        ReadOnlySpan<byte> bytes = structure.Slice((int)first, (int)length);
        if (member.BitLength == 0) return Format(member.Type, bytes, nesting + 1);
        if (bytes.Length > 8) return "?";
        ulong mask = member.BitLength == 64 ? ulong.MaxValue : (1UL << member.BitLength) - 1;
        return Number(member.Type, Unsigned(bytes) >> (int)(member.BitOffset % 8) & mask, member.BitLength);
    }

    private static string Floating(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
        8 => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
        _ => "0x" + Convert.ToHexStringLower(bytes),
    };

    private static ulong Unsigned(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int index = bytes.Length - 1; index >= 0; index--) value = value << 8 | bytes[index];
        return value;
    }

    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        int shown = Math.Min(end < 0 ? bytes.Length : end, MaximumCharacters);
        StringBuilder text = new("\"");
        foreach (byte each in bytes[..shown]) text.Append(Escape((char)each));
        return text.Append('"').Append(end < 0 || end > shown ? "..." : "").ToString();
    }

    private static string Escape(char character) => character switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        '"' => "\\\"",
        '\\' => "\\\\",
        < ' ' or > '~' => $"\\x{(int)character:x2}",
        _ => character.ToString(),
    };

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
