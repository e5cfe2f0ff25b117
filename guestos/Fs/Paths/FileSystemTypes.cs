using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The file systems that mount(2) can make.</summary>
internal static class FileSystemTypes
{
    private const uint RootMode = 0x3ff;
    private const uint DirectoryMode = 0x1ed;

    // Those that show the kernel hold nothing: they serve the next mount.
    private static FileSystem s_unused;

    /// <summary>/dev's: there is one, which cannot be in two places.</summary>
    public static FileSystem Devices { get; set; }

    /// <summary>A file system of a type, with mount's options: 0, -ENODEV for an unknown type, -EBUSY, -EINVAL, -ENOMEM.</summary>
    public static int Create(ReadOnlySpan<byte> type, ReadOnlySpan<byte> options, out FileSystem fileSystem)
    {
        fileSystem = null;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        if (KernelNode.IsEqual(type, "tmpfs"u8)) fileSystem = new RamFileSystem("tmpfs", RootMode);
        else if (KernelNode.IsEqual(type, "hugetlbfs"u8)) fileSystem = new HugeTlbFileSystem(DirectoryMode);
        else if (KernelNode.IsEqual(type, "proc"u8)) fileSystem = TakeUnused<ProcFileSystem>() ?? new ProcFileSystem();
        else if (KernelNode.IsEqual(type, "sysfs"u8)) fileSystem = TakeUnused<SysFileSystem>() ?? new SysFileSystem();
        else if (!KernelNode.IsEqual(type, "devtmpfs"u8)) return -Errno.NoSuchDevice;
        else if (Devices.Mount != null) return -Errno.Busy;
        else fileSystem = Devices;
        int error = fileSystem.Configure(options);
        if (error == 0) return 0;
        fileSystem.OnUnmounted();
        fileSystem = null;
        return error;
    }

    /// <summary>Keeps a file system that shows the kernel and is mounted nowhere any more.</summary>
    public static void Keep(FileSystem fileSystem)
    {
        fileSystem.NextUnused = s_unused;
        s_unused = fileSystem;
    }

    private static FileSystem TakeUnused<T>() where T : FileSystem
    {
        FileSystem before = null, found = s_unused;
        for (; found != null && found is not T; found = found.NextUnused) before = found;
        if (found == null) return null;
        if (before == null) s_unused = found.NextUnused;
        else before.NextUnused = found.NextUnused;
        return found;
    }
}
