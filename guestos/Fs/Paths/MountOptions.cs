using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The text of mount(2)'s last argument: names with or without values, between commas.</summary>
internal ref struct MountOptions
{
    private ReadOnlySpan<byte> _rest;

    public MountOptions(ReadOnlySpan<byte> text) => _rest = text;

    /// <summary>The next option; false when there is none.</summary>
    /// <param name="value">Empty when it has none.</param>
    public bool Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (_rest.Length != 0)
        {
            int end = 0, equals = -1;
            for (; end < _rest.Length && _rest[end] != ','; end++)
                if (_rest[end] == '=' && equals < 0) equals = end;
            ReadOnlySpan<byte> option = _rest.Slice(0, end);
            _rest = _rest.Slice(end < _rest.Length ? end + 1 : end);
            if (end == 0) continue;
            name = equals < 0 ? option : option.Slice(0, equals);
            value = equals < 0 ? default : option.Slice(equals + 1);
            return true;
        }
        name = value = default;
        return false;
    }

    /// <summary>A number with k, m, g, t or % (of memory) behind it, in bytes; without one of these the number itself.</summary>
    public static bool TryParseSize(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length == 0) return false;
        byte unit = (byte)(text[text.Length - 1] | 0x20);
        bool isPercent = text[text.Length - 1] == '%';
        int shift = unit switch
        {
            (byte)'k' => 10,
            (byte)'m' => 20,
            (byte)'g' => 30,
            (byte)'t' => 40,
            _ => 0,
        };
        ReadOnlySpan<byte> digits = shift != 0 || isPercent ? text.Slice(0, text.Length - 1) : text;
        if (!NumberText.TryParse(digits, out value, out bool isNegative) || isNegative || value > ulong.MaxValue >> shift) return false;
        value <<= shift;
        if (!isPercent) return true;
        if (value > 100) return false;
        value = (FrameAllocator.TotalFrames << 12) * value / 100;
        return true;
    }
}
