using System;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A path in kernel memory: one frame. Whoever fills it releases it.</summary>
internal unsafe struct PathBuffer
{
    /// <summary>PATH_MAX, with the NUL.</summary>
    public const int Capacity = 4096;

    private uint _frame;

    /// <summary>Bytes without a NUL.</summary>
    public int Length;

    public readonly byte* Text => Physical.FramePointer(_frame);

    /// <summary>The first byte, NUL for an empty path.</summary>
    public readonly byte Text0 => Length == 0 ? (byte)0 : Text[0];

    public readonly ReadOnlySpan<byte> Span => new ReadOnlySpan<byte>(Text, Length);

    /// <summary>Takes a frame; -ENOMEM when there is none.</summary>
    public int Allocate()
    {
        Length = 0;
        _frame = FrameAllocator.AllocatePinnedForUser();
        return _frame == 0 ? -Errno.NoMemory : 0;
    }

    /// <summary>Copies a program's string: 0, -EFAULT, -ENAMETOOLONG or -ENOMEM. On failure there is nothing to release.</summary>
    public int CopyFromUser(ulong address)
    {
        int error = Allocate();
        if (error != 0) return error;
        long length = UserMemory.CopyString(Text, address, Capacity);
        if (length >= 0)
        {
            Length = (int)length;
            return 0;
        }
        Release();
        return (int)length;
    }

    /// <summary>As <see cref="CopyFromUser"/>, with a text in the place of a null pointer.</summary>
    public int CopyFromUserOr(ulong address, ReadOnlySpan<byte> text)
    {
        if (address != 0) return CopyFromUser(address);
        int error = Allocate();
        if (error == 0) Append(text);
        return error;
    }

    /// <summary>Appends bytes; false when they do not fit.</summary>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Capacity - 1 - Length) return false;
        for (int i = 0; i < bytes.Length; i++) Text[Length++] = bytes[i];
        return true;
    }

    /// <summary>Gives the frame back; fine when there is none.</summary>
    public void Release()
    {
        if (_frame != 0) FrameAllocator.Release(_frame);
        _frame = 0;
    }
}
