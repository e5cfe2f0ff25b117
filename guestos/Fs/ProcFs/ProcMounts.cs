using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/PID/mounts, mountinfo and mountstats (proc_pid_mountinfo(5)).</summary>
internal static class ProcMounts
{
    // What would end a field or begin a comment.
    private static ReadOnlySpan<byte> Special => " \t\n\\#"u8;

    /// <summary>Device, mount point, type, options, two zeros.</summary>
    public static void Write(ref TextWriter writer)
    {
        for (Mount mount = Mounts.First; mount != null; mount = mount.Next)
        {
            WriteSource(mount, ref writer);
            writer.Byte((byte)' ');
            WritePoint(mount, ref writer);
            writer.Byte((byte)' ');
            writer.Text(mount.FileSystem.Name);
            writer.Byte((byte)' ');
            WriteFlags(mount.FileSystem.Flags, ref writer);
            mount.FileSystem.WriteOptions(ref writer);
            writer.Text(" 0 0\n"u8);
        }
    }

    /// <summary>Number, that of the mount below, device, root, mount point, options, type, source, options of the file system.</summary>
    public static void WriteInfo(ref TextWriter writer)
    {
        for (Mount mount = Mounts.First; mount != null; mount = mount.Next)
        {
            FileSystem fileSystem = mount.FileSystem;
            writer.Decimal(mount.Id);
            writer.Byte((byte)' ');
            writer.Decimal((mount.Parent ?? mount).Id);
            writer.Text(" 0:"u8);
            writer.Decimal(fileSystem.Device);
            writer.Text(" / "u8);
            WritePoint(mount, ref writer);
            writer.Byte((byte)' ');
            WriteFlags(fileSystem.Flags, ref writer);
            writer.Text(" - "u8);
            writer.Text(fileSystem.Name);
            writer.Byte((byte)' ');
            WriteSource(mount, ref writer);
            writer.Text(fileSystem.IsReadOnly ? " ro"u8 : " rw"u8);
            fileSystem.WriteOptions(ref writer);
            writer.Byte((byte)'\n');
        }
    }

    /// <summary>A sentence for each mount; no file system here counts anything.</summary>
    public static void WriteStatistics(ref TextWriter writer)
    {
        for (Mount mount = Mounts.First; mount != null; mount = mount.Next)
        {
            writer.Text("device "u8);
            WriteSource(mount, ref writer);
            writer.Text(" mounted on "u8);
            WritePoint(mount, ref writer);
            writer.Text(" with fstype "u8);
            writer.Text(mount.FileSystem.Name);
            writer.Byte((byte)'\n');
        }
    }

    private static void WriteFlags(MountFlags flags, ref TextWriter writer)
    {
        writer.Text((flags & MountFlags.ReadOnly) != 0 ? "ro"u8 : "rw"u8);
        if ((flags & MountFlags.Synchronous) != 0) writer.Text(",sync"u8);
        if ((flags & MountFlags.NoSetId) != 0) writer.Text(",nosuid"u8);
        if ((flags & MountFlags.NoDevices) != 0) writer.Text(",nodev"u8);
        if ((flags & MountFlags.NoPrograms) != 0) writer.Text(",noexec"u8);
        if ((flags & MountFlags.NoAccessTime) != 0) writer.Text(",noatime"u8);
        if ((flags & MountFlags.NoDirectoryAccessTime) != 0) writer.Text(",nodiratime"u8);
        if ((flags & MountFlags.NoAccessTime) == 0) writer.Text(",relatime"u8);
    }

    private static void WriteSource(Mount mount, ref TextWriter writer)
    {
        if (mount.Source.Length == 0) writer.Text(mount.FileSystem.Name);
        else writer.Escaped(mount.Source, Special);
    }

    private static unsafe void WritePoint(Mount mount, ref TextWriter writer)
    {
        PathBuffer path = default;
        if (path.Allocate() != 0) return;
        int length = mount.FileSystem.Root.CopyPath(path.Text, PathBuffer.Capacity);
        path.Length = length < 0 ? 0 : length;
        writer.Escaped(path.Span, Special);
        path.Release();
    }
}
