namespace X64Emu.Devices.Virtio;

/// <summary>The bytes behind a disk. Offsets and lengths handed over lie inside <see cref="LengthBytes"/>.</summary>
public interface IBlockBackend
{
    /// <summary>The size of the disk; a remainder beyond whole 512-byte sectors is not visible to the guest.</summary>
    ulong LengthBytes { get; }

    /// <summary>True when writing is refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; false when the host fails.</summary>
    bool TryRead(ulong offset, Span<byte> destination);

    /// <summary>Stores <paramref name="source"/> at <paramref name="offset"/>; false when the host fails.</summary>
    bool TryWrite(ulong offset, ReadOnlySpan<byte> source);

    /// <summary>Makes what was written durable; false when the host fails.</summary>
    bool TryFlush();
}

/// <summary>A disk over a seekable host stream, such as an image file.</summary>
public sealed class StreamBlockBackend : IBlockBackend
{
    private readonly Stream stream;

    /// <summary>Uses <paramref name="stream"/>, which stays the caller's. Its length now is the disk's for good.</summary>
    public StreamBlockBackend(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = stream;
        LengthBytes = (ulong)stream.Length;
    }

    /// <inheritdoc/>
    public ulong LengthBytes { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => !stream.CanWrite;

    /// <inheritdoc/>
    public bool TryRead(ulong offset, Span<byte> destination)
    {
        try
        {
            stream.Position = (long)offset;
            stream.ReadExactly(destination);
            return true;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(ulong offset, ReadOnlySpan<byte> source)
    {
        try
        {
            stream.Position = (long)offset;
            stream.Write(source);
            return true;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or NotSupportedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryFlush()
    {
        try
        {
            if (stream is FileStream file) file.Flush(flushToDisk: true);
            else stream.Flush();
            return true;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}

/// <summary>A disk in host memory that takes room only for what was written, as for swap.</summary>
public sealed class MemoryBlockBackend(ulong lengthBytes) : IBlockBackend
{
    private const int ChunkBytes = 64 << 10;
    private readonly Dictionary<ulong, byte[]> chunks = [];

    /// <inheritdoc/>
    public ulong LengthBytes => lengthBytes;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public bool TryRead(ulong offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int inside = (int)(offset % ChunkBytes);
            int piece = Math.Min(destination.Length, ChunkBytes - inside);
            if (chunks.TryGetValue(offset / ChunkBytes, out byte[]? chunk)) chunk.AsSpan(inside, piece).CopyTo(destination);
            else destination[..piece].Clear();
            destination = destination[piece..];
            offset += (ulong)piece;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(ulong offset, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            int inside = (int)(offset % ChunkBytes);
            int piece = Math.Min(source.Length, ChunkBytes - inside);
            if (!chunks.TryGetValue(offset / ChunkBytes, out byte[]? chunk)) chunks[offset / ChunkBytes] = chunk = new byte[ChunkBytes];
            source[..piece].CopyTo(chunk.AsSpan(inside));
            source = source[piece..];
            offset += (ulong)piece;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryFlush() => true;
}
