namespace GuestOs.Fs;

/// <summary>/proc/PID/mounts and mountinfo.</summary>
internal static class ProcMounts
{
    /// <summary>Device, mount point, type, options, two zeros.</summary>
    public static void Write(ref TextWriter writer)
    {
        for (FileSystem mounted = Mounts.First; mounted != null; mounted = mounted.NextMounted)
        {
            writer.Text(mounted.Name);
            writer.Byte((byte)' ');
            WritePoint(mounted, ref writer);
            writer.Byte((byte)' ');
            writer.Text(mounted.Name);
            writer.Text(mounted.IsReadOnly ? " ro,relatime 0 0\n"u8 : " rw,relatime 0 0\n"u8);
        }
    }

    /// <summary>Number, that of the mount below, device, root, mount point, options, type, source, options of the file system.</summary>
    public static void WriteInfo(ref TextWriter writer)
    {
        for (FileSystem mounted = Mounts.First; mounted != null; mounted = mounted.NextMounted)
        {
            writer.Decimal(mounted.Device);
            writer.Byte((byte)' ');
            writer.Decimal(mounted.MountPoint == null ? 0 : mounted.MountPoint.Inode.FileSystem.Device);
            writer.Text(" 0:"u8);
            writer.Decimal(mounted.Device);
            writer.Text(" / "u8);
            WritePoint(mounted, ref writer);
            writer.Text(mounted.IsReadOnly ? " ro,relatime - "u8 : " rw,relatime - "u8);
            writer.Text(mounted.Name);
            writer.Byte((byte)' ');
            writer.Text(mounted.Name);
            writer.Text(mounted.IsReadOnly ? " ro\n"u8 : " rw\n"u8);
        }
    }

    private static unsafe void WritePoint(FileSystem mounted, ref TextWriter writer)
    {
        PathBuffer path = default;
        if (path.Allocate() != 0) return;
        int length = mounted.Root.CopyPath(path.Text, PathBuffer.Capacity);
        path.Length = length < 0 ? 0 : length;
        writer.Text(path.Span);
        path.Release();
    }
}
