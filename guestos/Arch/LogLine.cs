using System;

namespace GuestOs.Arch;

/// <summary>One line of the kernel log under construction; it goes into the ring, and out when its level is high enough, piece by piece.</summary>
internal readonly struct LogLine
{
    private readonly bool _isShown;

    public LogLine(bool isShown) => _isShown = isShown;

    /// <summary>An ASCII literal.</summary>
    public LogLine Text(string text)
    {
        for (int i = 0; i < text.Length; i++) Put((byte)text[i]);
        return this;
    }

    /// <summary>Bytes that may come from a program: what is not printable ASCII becomes '?'.</summary>
    public LogLine Bytes(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++) Put(text[i] >= 0x20 && text[i] < 0x7f ? text[i] : (byte)'?');
        return this;
    }

    /// <summary>Lower-case hexadecimal without prefix, at least <paramref name="digits"/> digits.</summary>
    public LogLine Hex(ulong value, int digits = 1)
    {
        int shift = 60;
        while (shift > 0 && value >> shift == 0 && shift >= digits * 4) shift -= 4;
        for (; shift >= 0; shift -= 4)
        {
            uint digit = (uint)(value >> shift) & 15;
            Put((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
        return this;
    }

    public LogLine Decimal(ulong value)
    {
        ulong divisor = 1;
        while (value / divisor >= 10) divisor *= 10;
        for (; divisor != 0; divisor /= 10) Put((byte)('0' + value / divisor % 10));
        return this;
    }

    /// <summary>Right-aligned in so many columns.</summary>
    public LogLine Decimal(ulong value, int width)
    {
        int digits = 1;
        for (ulong rest = value; rest >= 10; rest /= 10) digits++;
        for (; digits < width; digits++) Put((byte)' ');
        return Decimal(value);
    }

    public LogLine Decimal(long value) => Signed(value, 0);

    /// <summary>Right-aligned in so many columns, with a sign when it is negative.</summary>
    public LogLine Signed(long value, int width)
    {
        if (value >= 0) return Decimal((ulong)value, width);
        int digits = 2;
        for (ulong rest = (ulong)-value; rest >= 10; rest /= 10) digits++;
        for (; digits < width; digits++) Put((byte)' ');
        Put((byte)'-');
        return Decimal((ulong)-value);
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        KernelLogRing.Finish();
        if (_isShown) KernelLog.Transmit((byte)'\n');
    }

    private void Put(byte value)
    {
        KernelLogRing.Put(value);
        if (_isShown) KernelLog.Transmit(value);
    }
}
