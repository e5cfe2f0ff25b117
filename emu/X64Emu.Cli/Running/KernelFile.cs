namespace X64Emu.Cli.Running;

/// <summary>Kernel images and what is loaded beside them.</summary>
internal static class KernelFile
{
    private const string ResourceName = "kernel.elf";

    /// <summary>The image the options ask for: a file, or the one built into the tool.</summary>
    /// <param name="file">The file; null for the built-in one.</param>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static byte[] Read(string? file) => file is null ? BuiltIn() : ReadFile(file, "the kernel");

    /// <summary>A file's content.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="what">What it is for, for the message.</param>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static byte[] ReadFile(string file, string what)
    {
        if (Directory.Exists(file)) throw new UsageException($"{what} {file} is a directory");
        if (!File.Exists(file)) throw new UsageException($"{what} {file}: no such file");
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{what} {file} cannot be read: {failure.Message.TrimEnd('.')}");
        }
    }

    private static byte[] BuiltIn()
    {
        using Stream stream = typeof(KernelFile).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new UsageException("this build of the tool holds no kernel; name one with --kernel FILE");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }
}
