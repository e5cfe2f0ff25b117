using System;
using System.Runtime.CompilerServices;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Puts getdents64 records (struct linux_dirent64) into a buffer until one does not fit.</summary>
internal unsafe ref struct DirectoryWriter
{
    private const int HeaderBytes = 19;

    private readonly IoBuffer _buffer;
    private readonly ulong _capacity;
    private ulong _used;
    private int _error;

    public DirectoryWriter(IoBuffer buffer, ulong capacity)
    {
        _buffer = buffer;
        _capacity = capacity;
        _used = 0;
        _error = 0;
    }

    /// <summary>Adds an entry; <paramref name="nextOffset"/> is where a later call goes on. False: full or failed, the entry was not added.</summary>
    [SkipLocalsInit]
    public bool Add(ulong inodeNumber, ulong nextOffset, byte type, ReadOnlySpan<byte> name)
    {
        ulong length = (ulong)(HeaderBytes + name.Length + 1 + 7) & ~7UL;
        if (length > _capacity - _used)
        {
            if (_used == 0) _error = -Errno.Invalid;
            return false;
        }
        byte* record = stackalloc byte[HeaderBytes + PathWalk.MaximumNameBytes + 9];
        *(ulong*)record = inodeNumber;
        *(ulong*)(record + 8) = nextOffset;
        *(ushort*)(record + 16) = (ushort)length;
        record[18] = type;
        for (int i = 0; i < name.Length; i++) record[HeaderBytes + i] = name[i];
        for (ulong i = (ulong)(HeaderBytes + name.Length); i < length; i++) record[i] = 0;
        if (!_buffer.Put(_used, record, length))
        {
            _error = -Errno.Fault;
            return false;
        }
        _used += length;
        return true;
    }

    /// <summary>What getdents64 returns: the bytes put, or an error if there are none.</summary>
    public readonly long Result => _used != 0 ? (long)_used : _error;
}
