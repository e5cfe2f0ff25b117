using System.Buffers.Binary;
using System.Text;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Tracing;

/// <summary>A system call while it is put into words: its arguments, its result, and the memory they point into.</summary>
/// <param name="call">The call at its end, or at its beginning when it has none.</param>
/// <param name="memory">The machine's memory.</param>
/// <param name="cr3">The page tables of its process.</param>
internal sealed class SystemCallView(SystemCallEvent call, DebugMemory memory, ulong cr3)
{
    /// <summary>As much of a string as is shown, as with strace.</summary>
    private const int ShownBytes = 32;

    private const int LongestPathBytes = 4096;

    /// <summary>The call's number.</summary>
    public int Number => call.Number;

    /// <summary>RSP at the entry.</summary>
    public ulong StackPointer => call.StackPointer;

    /// <summary>True when words were asked for that depend on how the call ends, and it has not ended.</summary>
    public bool IsEndWanted { get; private set; }

    /// <summary>True when memory was asked for that is not there.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>Whether the call has ended and written what its pointers point at.</summary>
    public bool HasOutput
    {
        get
        {
            IsEndWanted |= call.Phase == SystemCallPhase.Entry;
            return call.Phase == SystemCallPhase.Return && !IsInterrupted && !ErrorNames.IsError(call.Result);
        }
    }

    /// <summary>Whether a signal ended it.</summary>
    public bool IsInterrupted => ErrorNames.DescribeInterruption(call.Result) is not null;

    /// <summary>RAX at the end.</summary>
    public long Result => call.Result;

    /// <summary>An argument, 0..5.</summary>
    public ulong this[int index] => call.Arguments[index];

    /// <summary>An address, NULL for 0.</summary>
    public static string Pointer(ulong address) => address == 0 ? "NULL" : $"0x{address:x}";

    /// <summary>A number in hexadecimal.</summary>
    public static string Hexadecimal(ulong value) => value == 0 ? "0" : $"0x{value:x}";

    /// <summary>Reads bytes; false when not all are mapped.</summary>
    public bool TryRead(ulong address, Span<byte> bytes)
    {
        bool isRead = memory.Read(new VirtualAddress(address), bytes, cr3) == bytes.Length;
        HasMissed |= !isRead;
        return isRead;
    }

    /// <summary>Reads a 64-bit word.</summary>
    public bool TryRead(ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bool isRead = TryRead(address, bytes);
        value = isRead ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return isRead;
    }

    /// <summary>Bytes of which so many are valid, as a string that is cut where it is long; the address where they are not mapped.</summary>
    public string Buffer(ulong address, ulong lengthBytes)
    {
        byte[] bytes = new byte[Math.Min(lengthBytes, ShownBytes)];
        if (!TryRead(address, bytes)) return Pointer(address);
        return Quoted(bytes) + (lengthBytes > ShownBytes ? "..." : "");
    }

    /// <summary>Bytes in hexadecimal escapes, as strace writes those of getrandom.</summary>
    public string HexadecimalBuffer(ulong address, ulong lengthBytes)
    {
        byte[] bytes = new byte[Math.Min(lengthBytes, ShownBytes)];
        if (!TryRead(address, bytes)) return Pointer(address);
        return $"\"{string.Concat(bytes.Select(value => $"\\x{value:x2}"))}\"{(lengthBytes > ShownBytes ? "..." : "")}";
    }

    /// <summary>A path; the address where it is not mapped or does not end.</summary>
    public string Path(ulong address) => TryReadText(address, out byte[] text) ? Quoted(text) : Pointer(address);

    /// <summary>A string of any kind, cut where it is long.</summary>
    public string Text(ulong address) => !TryReadText(address, out byte[] text) ? Pointer(address)
        : text.Length > ShownBytes ? Quoted(text.AsSpan(0, ShownBytes)) + "..." : Quoted(text);

    /// <summary>The strings of a vector that ends with a null pointer, as exec's arguments.</summary>
    public string Texts(ulong address)
    {
        const int most = 32;
        List<string> texts = [];
        for (ulong at = address; TryRead(at, out ulong text) && text != 0; at += 8)
        {
            if (texts.Count == most) return $"[{string.Join(", ", texts)}, ...]";
            texts.Add(Text(text));
        }
        return texts.Count == 0 ? Pointer(address) : $"[{string.Join(", ", texts)}]";
    }

    /// <summary>How many pointers a vector has before its null pointer; -1 where it is not mapped.</summary>
    public int CountPointers(ulong address)
    {
        const int most = 100_000;
        for (int count = 0; count < most; count++)
        {
            if (!TryRead(address + 8 * (ulong)count, out ulong pointer)) return -1;
            if (pointer == 0) return count;
        }
        return -1;
    }

    private bool TryReadText(ulong address, out byte[] text)
    {
        byte[] bytes = new byte[LongestPathBytes];
        int read = address == 0 ? 0 : memory.Read(new VirtualAddress(address), bytes, cr3), end = Array.IndexOf(bytes, (byte)0, 0, read);
        text = end < 0 ? [] : bytes[..end];
        HasMissed |= end < 0;
        return end >= 0;
    }

    /// <summary>A C string literal with octal escapes that are as short as the next character allows.</summary>
    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        for (int index = 0; index < bytes.Length; index++)
        {
            byte value = bytes[index];
            bool digitFollows = index + 1 < bytes.Length && bytes[index + 1] is >= (byte)'0' and <= (byte)'7';
            text.Append(value switch
            {
                (byte)'"' => "\\\"",
                (byte)'\\' => @"\\",
                (byte)'\n' => @"\n",
                (byte)'\r' => @"\r",
                (byte)'\t' => @"\t",
                (byte)'\v' => @"\v",
                (byte)'\f' => @"\f",
                >= 0x20 and < 0x7f => ((char)value).ToString(),
                _ => "\\" + (digitFollows ? Convert.ToString(value, 8).PadLeft(3, '0') : Convert.ToString(value, 8)),
            });
        }
        return text.Append('"').ToString();
    }
}
