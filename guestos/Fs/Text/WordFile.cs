using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>An open file of the kernel that holds a 64-bit word for each page: offsets and lengths are multiples of 8.</summary>
internal abstract unsafe class WordFile : OpenFile
{
    private const int ChunkWords = 64;

    /// <summary>Takes a reference to the inode.</summary>
    protected WordFile(Inode inode, uint flags)
        : base(inode, flags)
    {
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => Advance(ReadAt(buffer, lengthBytes, Position));

    public override long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset)
    {
        if (((offset | lengthBytes) & 7) != 0) return -Errno.Invalid;
        ulong index = offset >> 3, end = WordCount;
        if (index >= end) return 0;
        if (lengthBytes >> 3 < end - index) end = index + (lengthBytes >> 3);
        ulong* words = stackalloc ulong[ChunkWords];
        ulong done = 0;
        while (index < end)
        {
            int count = 0;
            for (; count < ChunkWords && index < end; count++, index++) words[count] = WordAt(index);
            if (!buffer.Put(done, words, (ulong)count * 8)) return done != 0 ? (long)done : -Errno.Fault;
            done += (ulong)count * 8;
        }
        return (long)done;
    }

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    /// <summary>Words in the file.</summary>
    protected abstract ulong WordCount { get; }

    /// <summary>The word of a page.</summary>
    /// <param name="index">Below <see cref="WordCount"/>.</param>
    protected abstract ulong WordAt(ulong index);
}
