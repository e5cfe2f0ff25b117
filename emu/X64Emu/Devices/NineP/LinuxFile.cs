namespace X64Emu.Devices.NineP;

/// <summary>An open regular file of a Linux host.</summary>
internal sealed unsafe class LinuxFile : ISharedFile
{
    private readonly int descriptor;
    private bool isDisposed;

    private LinuxFile(int descriptor) => this.descriptor = descriptor;

    internal static int Wrap(int opened, out ISharedFile? file)
    {
        file = opened < 0 ? null : new LinuxFile(opened);
        return opened < 0 ? LinuxNode.LastError() : LinuxError.None;
    }

    /// <inheritdoc/>
    public int Read(ulong offset, Span<byte> destination, out int count)
    {
        count = 0;
        if (offset > long.MaxValue) return LinuxError.Invalid;
        fixed (byte* buffer = destination)
        {
            nint got = LinuxCalls.ReadAt(descriptor, buffer, (nuint)destination.Length, (long)offset);
            if (got < 0) return LinuxNode.LastError();
            count = (int)got;
        }
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public int Write(ulong offset, ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        if (offset > long.MaxValue) return LinuxError.Invalid;
        fixed (byte* buffer = source)
        {
            nint put = LinuxCalls.WriteAt(descriptor, buffer, (nuint)source.Length, (long)offset);
            if (put < 0) return LinuxNode.LastError();
            count = (int)put;
        }
        return LinuxError.None;
    }

    /// <inheritdoc/>
    public int Sync(bool dataOnly) => (dataOnly ? LinuxCalls.SyncData(descriptor) : LinuxCalls.Sync(descriptor)) == 0 ? LinuxError.None : LinuxNode.LastError();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        _ = LinuxCalls.Close(descriptor);
    }
}
