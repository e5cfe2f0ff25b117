using System;
using GuestOs.Arch;

namespace GuestOs.Fs;

/// <summary>Writes text into a fixed buffer; what does not fit is dropped and remembered.</summary>
internal unsafe struct TextWriter
{
    private readonly byte* _buffer;
    private readonly int _capacity;

    public TextWriter(byte* buffer, int capacity)
    {
        _buffer = buffer;
        _capacity = capacity;
        Length = 0;
        IsFull = false;
    }

    public int Length { get; private set; }

    /// <summary>True when something did not fit.</summary>
    public bool IsFull { get; private set; }

    public readonly ReadOnlySpan<byte> Written => new ReadOnlySpan<byte>(_buffer, Length);

    public void Byte(byte value)
    {
        if (Length == _capacity) IsFull = true;
        else _buffer[Length++] = value;
    }

    public void Text(ReadOnlySpan<byte> text)
    {
        int room = _capacity - Length, count = text.Length < room ? text.Length : room;
        if (count != text.Length) IsFull = true;
        fixed (byte* bytes = text) Memory.Copy(_buffer + Length, bytes, (ulong)count);
        Length += count;
    }

    /// <summary>A text in which some characters are written in octal behind a backslash.</summary>
    public void Escaped(ReadOnlySpan<byte> text, ReadOnlySpan<byte> special)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool isSpecial = false;
            for (int j = 0; j < special.Length; j++) isSpecial |= special[j] == text[i];
            if (isSpecial)
            {
                Byte((byte)'\\');
                PowerOfTwo(text[i], 3, 3);
            }
            else Byte(text[i]);
        }
    }

    /// <summary>An ASCII literal.</summary>
    public void Text(string text)
    {
        for (int i = 0; i < text.Length; i++) Byte((byte)text[i]);
    }

    /// <summary>A decimal number, right-aligned with blanks when it is shorter than <paramref name="width"/>.</summary>
    public void Decimal(ulong value, int width = 0)
    {
        byte* digits = stackalloc byte[20];
        int count = 0;
        do
        {
            digits[count++] = (byte)('0' + value % 10);
            value /= 10;
        }
        while (value != 0);
        for (int i = count; i < width; i++) Byte((byte)' ');
        while (count > 0) Byte(digits[--count]);
    }

    /// <summary>A line of a name and a number.</summary>
    public void Line(ReadOnlySpan<byte> name, ulong value, int width = 0)
    {
        Text(name);
        Decimal(value, width);
        Byte((byte)'\n');
    }

    /// <inheritdoc cref="Line(ReadOnlySpan{byte}, ulong, int)"/>
    public void Line(string name, ulong value)
    {
        Text(name);
        Line(""u8, value);
    }

    /// <summary>A line of a name and a size, as /proc/meminfo and its like have them.</summary>
    public void SizeLine(ReadOnlySpan<byte> name, ulong kilobytes)
    {
        Text(name);
        Decimal(kilobytes, 8);
        Text(" kB\n"u8);
    }

    /// <inheritdoc cref="SizeLine(ReadOnlySpan{byte}, ulong)"/>
    public void SizeLine(string name, ulong kilobytes)
    {
        Text(name);
        SizeLine(""u8, kilobytes);
    }

    /// <summary>A number with two decimals, given in hundredths.</summary>
    public void Hundredths(ulong value)
    {
        Decimal(value / 100);
        Byte((byte)'.');
        Byte((byte)('0' + value / 10 % 10));
        Byte((byte)('0' + value % 10));
    }

    public void Signed(long value)
    {
        if (value < 0) Byte((byte)'-');
        Decimal(value < 0 ? (ulong)-value : (ulong)value);
    }

    /// <summary>Base 8 or 16, lower case, zero-filled to <paramref name="width"/> digits.</summary>
    public void PowerOfTwo(ulong value, int bitsPerDigit, int width)
    {
        int count = 1;
        while (count * bitsPerDigit < 64 && value >> (count * bitsPerDigit) != 0) count++;
        if (count < width) count = width;
        for (int i = count - 1; i >= 0; i--)
        {
            int shift = i * bitsPerDigit;
            uint digit = shift >= 64 ? 0 : (uint)(value >> shift) & (1u << bitsPerDigit) - 1;
            Byte((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    public void Hex(ulong value, int width = 1) => PowerOfTwo(value, 4, width);
}
