using System;

namespace GuestOs.Drivers;

/// <summary>Message types of 9P2000.L that the client uses (the reply is the request plus one).</summary>
internal static class NinePType
{
    public const byte ErrorReply = 7;
    public const byte StatFs = 8;
    public const byte Open = 12;
    public const byte Create = 14;
    public const byte SymbolicLink = 16;
    public const byte ReadLink = 22;
    public const byte GetAttributes = 24;
    public const byte SetAttributes = 26;
    public const byte ReadDirectory = 40;
    public const byte Synchronize = 50;
    public const byte Link = 70;
    public const byte MakeDirectory = 72;
    public const byte RenameAt = 74;
    public const byte UnlinkAt = 76;
    public const byte Version = 100;
    public const byte Attach = 104;
    public const byte Walk = 110;
    public const byte Read = 116;
    public const byte Write = 118;
    public const byte Clunk = 120;
}

/// <summary>A request under construction or a reply being read: little-endian fields one after the other in one page.</summary>
internal unsafe struct NinePMessage
{
    /// <summary>size[4] type[1] tag[2].</summary>
    public const int HeaderBytes = 7;

    private const int Capacity = 4096;

    private readonly byte* _bytes;
    private int _position;
    private readonly int _end;

    /// <summary>A request with its header; the size is filled in by <see cref="Finish"/>.</summary>
    public NinePMessage(byte* page, byte type, ushort tag)
    {
        _bytes = page;
        _end = Capacity;
        _position = 4;
        Byte(type);
        Short(tag);
    }

    /// <summary>A reply's body; reads beyond its end give zeros.</summary>
    public NinePMessage(byte* reply, int lengthBytes)
    {
        _bytes = reply;
        _end = lengthBytes;
        _position = HeaderBytes;
    }

    /// <summary>True when something did not fit, or was read beyond the end.</summary>
    public bool IsBroken { get; private set; }

    public int Length => _position;

    /// <summary>Writes the size field; <paramref name="extraBytes"/> of data follow elsewhere.</summary>
    public void Finish(uint extraBytes) => *(uint*)_bytes = (uint)_position + extraBytes;

    public void Byte(byte value)
    {
        if (Has(1)) _bytes[_position++] = value;
    }

    public void Short(ushort value)
    {
        if (!Has(2)) return;
        *(ushort*)(_bytes + _position) = value;
        _position += 2;
    }

    public void Word(uint value)
    {
        if (!Has(4)) return;
        *(uint*)(_bytes + _position) = value;
        _position += 4;
    }

    public void Long(ulong value)
    {
        if (!Has(8)) return;
        *(ulong*)(_bytes + _position) = value;
        _position += 8;
    }

    /// <summary>A string: length[2] and bytes.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        Short((ushort)text.Length);
        if (!Has(text.Length)) return;
        for (int i = 0; i < text.Length; i++) _bytes[_position++] = text[i];
    }

    public byte TakeByte() => Has(1) ? _bytes[_position++] : (byte)0;

    public ushort TakeShort()
    {
        if (!Has(2)) return 0;
        _position += 2;
        return *(ushort*)(_bytes + _position - 2);
    }

    public uint TakeWord()
    {
        if (!Has(4)) return 0;
        _position += 4;
        return *(uint*)(_bytes + _position - 4);
    }

    public ulong TakeLong()
    {
        if (!Has(8)) return 0;
        _position += 8;
        return *(ulong*)(_bytes + _position - 8);
    }

    /// <summary>A string, valid until the next request.</summary>
    public ReadOnlySpan<byte> TakeText()
    {
        int length = TakeShort();
        if (!Has(length)) return default;
        _position += length;
        return new ReadOnlySpan<byte>(_bytes + _position - length, length);
    }

    private bool Has(int lengthBytes)
    {
        if (lengthBytes <= _end - _position) return true;
        IsBroken = true;
        return false;
    }
}
