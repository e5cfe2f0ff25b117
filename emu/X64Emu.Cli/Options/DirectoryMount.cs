namespace X64Emu.Cli.Options;

/// <summary>A host directory the user wants in the guest.</summary>
/// <param name="HostPath">The directory; absolute.</param>
/// <param name="GuestPath">Where it appears; absolute, without a trailing slash.</param>
/// <param name="IsWritable">Whether the guest may change it.</param>
internal sealed record DirectoryMount(string HostPath, string GuestPath, bool IsWritable)
{
    /// <summary>Reads `HOST:GUEST`, `HOST:GUEST:ro` or `HOST:GUEST:rw`. A relative HOST starts at the current directory.</summary>
    /// <exception cref="UsageException">Not of that form, GUEST is not absolute or is the root, or HOST is no directory that can be read.</exception>
    public static DirectoryMount Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is not (2 or 3) || parts[0].Length == 0 || (parts.Length == 3 && parts[2] is not ("ro" or "rw")))
            throw new UsageException($"--mount {text}: write HOST:GUEST or HOST:GUEST:rw");
        string guest = parts[1];
        if (!guest.StartsWith('/') || guest.Split('/').Any(part => part is "." or ".."))
            throw new UsageException($"--mount {text}: the guest path '{guest}' must be absolute, without . and ..");
        guest = '/' + string.Join('/', guest.Split('/', StringSplitOptions.RemoveEmptyEntries));
        if (guest == "/") throw new UsageException($"--mount {text}: use --root to replace the root directory");
        return new DirectoryMount(Readable(parts[0], "--mount"), guest, parts.Length == 3 && parts[2] == "rw");
    }

    /// <summary>The absolute path of a directory that exists and can be listed.</summary>
    /// <param name="directory">What the user wrote.</param>
    /// <param name="option">The option's name, for the message.</param>
    /// <exception cref="UsageException">It is missing, no directory, or not readable.</exception>
    public static string Readable(string directory, string option)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (File.Exists(path)) throw new UsageException($"{option}: {directory} is not a directory");
        if (!Directory.Exists(path)) throw new UsageException($"{option}: {directory}: no such directory");
        try
        {
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(path).GetEnumerator();
            entries.MoveNext();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"{option}: {directory} cannot be read: {exception.Message.TrimEnd('.')}");
        }
        return path;
    }
}
