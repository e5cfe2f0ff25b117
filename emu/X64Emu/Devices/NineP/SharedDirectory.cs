namespace X64Emu.Devices.NineP;

/// <summary>Opens host directories for sharing with a guest.</summary>
public static class SharedDirectory
{
    /// <summary>A file server over the host directory <paramref name="path"/>.</summary>
    /// <param name="path">The directory; everything below it becomes visible to the guest, nothing else.</param>
    /// <param name="isReadOnly">Refuses every change.</param>
    /// <exception cref="IOException">The directory does not exist or cannot be opened.</exception>
    public static NinePServer Serve(string path, bool isReadOnly = true)
    {
        string full = Path.GetFullPath(path);
        int error = LinuxCalls.AreAvailable ? LinuxNode.OpenRoot(full, out ISharedNode? root) : ManagedNode.OpenRoot(full, out root);
        return error == LinuxError.None ? new NinePServer(root!, isReadOnly) : throw new IOException($"cannot share {full}: {Reason(error)}");
    }

    private static string Reason(int error) => error switch
    {
        LinuxError.NoEntry => "no such directory",
        LinuxError.NotDirectory => "not a directory",
        LinuxError.AccessDenied => "permission denied",
        _ => $"error {error}",
    };
}
