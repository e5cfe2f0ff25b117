namespace X64Emu.Devices.NineP;

/// <summary>An open file of a host without Linux's calls.</summary>
internal sealed class ManagedFile : ISharedFile
{
    private readonly FileStream stream;
    private readonly bool isAppending;

    internal ManagedFile(string path, FileMode mode, OpenMode open)
    {
        FileAccess access = !open.CanWrite ? FileAccess.Read : open.CanRead ? FileAccess.ReadWrite : FileAccess.Write;
        if (mode == FileMode.Truncate) access |= FileAccess.Write;
        stream = new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        isAppending = open.Append;
    }

    /// <inheritdoc/>
    public int Read(ulong offset, Span<byte> destination, out int count)
    {
        count = 0;
        if (offset > long.MaxValue) return LinuxError.Invalid;
        if (!stream.CanRead) return LinuxError.BadDescriptor;
        try
        {
            count = RandomAccess.Read(stream.SafeFileHandle, destination, (long)offset);
            return LinuxError.None;
        }
        catch (Exception failure) when (HostError.IsRefusal(failure))
        {
            return HostError.Of(failure);
        }
    }

    /// <inheritdoc/>
    public int Write(ulong offset, ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        if (offset > (ulong)(long.MaxValue - source.Length)) return LinuxError.Invalid;
        if (!stream.CanWrite) return LinuxError.BadDescriptor;
        try
        {
            RandomAccess.Write(stream.SafeFileHandle, source, isAppending ? RandomAccess.GetLength(stream.SafeFileHandle) : (long)offset);
            count = source.Length;
            return LinuxError.None;
        }
        catch (Exception failure) when (HostError.IsRefusal(failure))
        {
            return HostError.Of(failure);
        }
    }

    /// <inheritdoc/>
    public int Sync(bool dataOnly) => ManagedNode.Guarded(() =>
    {
        stream.Flush(flushToDisk: true);
        return LinuxError.None;
    });

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
