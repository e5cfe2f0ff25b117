using System;

namespace GuestOs.Arch;

/// <summary>One line of the kernel log under construction; it goes out piece by piece.</summary>
internal readonly struct LogLine
{
    private readonly bool _enabled;

    public LogLine(bool enabled) => _enabled = enabled;

    /// <summary>An ASCII literal.</summary>
    public LogLine Text(string text)
    {
        if (_enabled)
            for (int i = 0; i < text.Length; i++) KernelLog.Transmit((byte)text[i]);
        return this;
    }

    /// <summary>Bytes that may come from a program: what is not printable ASCII becomes '?'.</summary>
    public LogLine Bytes(ReadOnlySpan<byte> text)
    {
        if (_enabled)
            for (int i = 0; i < text.Length; i++) KernelLog.Transmit(text[i] >= 0x20 && text[i] < 0x7f ? text[i] : (byte)'?');
        return this;
    }

    /// <summary>Lower-case hexadecimal without prefix, at least <paramref name="digits"/> digits.</summary>
    public LogLine Hex(ulong value, int digits = 1)
    {
        if (!_enabled) return this;
        int shift = 60;
        while (shift > 0 && value >> shift == 0 && shift >= digits * 4) shift -= 4;
        for (; shift >= 0; shift -= 4)
        {
            uint digit = (uint)(value >> shift) & 15;
            KernelLog.Transmit((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
        return this;
    }

    public LogLine Decimal(ulong value)
    {
        if (!_enabled) return this;
        ulong divisor = 1;
        while (value / divisor >= 10) divisor *= 10;
        for (; divisor != 0; divisor /= 10) KernelLog.Transmit((byte)('0' + value / divisor % 10));
        return this;
    }

    /// <summary>Right-aligned in so many columns.</summary>
    public LogLine Decimal(ulong value, int width)
    {
        if (!_enabled) return this;
        int digits = 1;
        for (ulong rest = value; rest >= 10; rest /= 10) digits++;
        for (; digits < width; digits++) KernelLog.Transmit((byte)' ');
        return Decimal(value);
    }

    public LogLine Decimal(long value)
    {
        if (_enabled && value < 0) KernelLog.Transmit((byte)'-');
        return Decimal(value < 0 ? (ulong)-value : (ulong)value);
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (_enabled) KernelLog.Transmit((byte)'\n');
    }
}
