using System;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An open text file that the kernel writes: the text is made at the first read and again at each read from the start.</summary>
internal abstract unsafe class TextFile : OpenFile
{
    private const int FirstCapacity = 4000;
    private const int MaximumCapacity = 16 << 20;

    // The longest text that can be written to such a file.
    private const int MaximumInput = 256;

    private byte* _text;
    private int _length;

    /// <summary>Takes a reference to the inode.</summary>
    protected TextFile(Inode inode, uint flags)
        : base(inode, flags)
    {
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        if (_text == null || offset == 0)
        {
            int error = Generate();
            if (error != 0) return error;
        }
        if (offset >= (ulong)_length) return 0;
        ulong length = (ulong)_length - offset < lengthBytes ? (ulong)_length - offset : lengthBytes;
        return buffer.Put(0, _text + offset, length) ? (long)length : -Errno.Fault;
    }

    public override long Write(IoBuffer buffer, ulong lengthBytes) => Advance(WriteAt(buffer, lengthBytes, Position));

    /// <summary>Hands the text to <see cref="Store"/>; one write has to hold all of it.</summary>
    public override long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        if (offset != 0 && IgnoresLaterWrites || lengthBytes == 0) return (long)lengthBytes;
        byte* text = stackalloc byte[MaximumInput];
        if (lengthBytes > MaximumInput) return -Errno.Invalid;
        if (!buffer.Get(0, text, lengthBytes)) return -Errno.Fault;
        int error = Store(new ReadOnlySpan<byte>(text, (int)lengthBytes));
        return error != 0 ? error : (long)lengthBytes;
    }

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    /// <summary>What was written up to the first line's end or NUL.</summary>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && text[length] != '\n' && text[length] != 0) length++;
        return text.Slice(0, length);
    }

    /// <summary>Makes the text; 0 or a negative errno.</summary>
    protected abstract int Show(ref TextWriter writer);

    /// <summary>True when writes count at the file's start only, as those of settings do.</summary>
    protected virtual bool IgnoresLaterWrites => false;

    /// <summary>Takes what was written; 0 or a negative errno.</summary>
    protected abstract int Store(ReadOnlySpan<byte> text);

    protected override void Close()
    {
        if (_text != null) KernelHeap.Free(_text);
    }

    private int Generate()
    {
        for (int capacity = FirstCapacity; ; capacity *= 2)
        {
            if (!FrameAllocator.CanSpare((ulong)capacity >> 12)) return -Errno.NoMemory;
            byte* text = (byte*)KernelHeap.Allocate((ulong)capacity);
            TextWriter writer = new TextWriter(text, capacity);
            int error = Show(ref writer);
            if (error == 0 && writer.IsFull && capacity < MaximumCapacity)
            {
                KernelHeap.Free(text);
                continue;
            }
            if (_text != null) KernelHeap.Free(_text);
            _text = text;
            _length = writer.Length;
            return error;
        }
    }
}
