using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What is mounted where.</summary>
internal static class Mounts
{
    /// <summary>The root directory of everything.</summary>
    public static Dentry Root { get; private set; }

    /// <summary>The mounts in the order they were made, linked by <see cref="FileSystem.NextMounted"/>.</summary>
    public static FileSystem First { get; private set; }

    private const uint DirectoryMode = 0x1ed;

    private static FileSystem s_last;
    private static RamFileSystem s_placeHolders;

    /// <summary>Makes a file system the root.</summary>
    public static void MountRoot(FileSystem fileSystem)
    {
        Root = fileSystem.Root;
        Append(fileSystem);
    }

    /// <summary>Mounts at a path, whose directories are made where they are missing and the file system allows it. 0 or a negative errno.</summary>
    public static int Mount(FileSystem fileSystem, ReadOnlySpan<byte> path)
    {
        int error = MakeDirectories(path, out Dentry point);
        if (error != 0) return error;
        point.Mounted = fileSystem;
        fileSystem.MountPoint = point;
        Append(fileSystem);
        return 0;
    }

    /// <summary>Walks a path and makes each directory that is missing; hands out the last with a reference.</summary>
    public static int MakeDirectories(ReadOnlySpan<byte> path, out Dentry directory)
    {
        directory = Root;
        directory.AddReference();
        int position = 0;
        while (true)
        {
            while (position < path.Length && path[position] == '/') position++;
            if (position == path.Length) break;
            int first = position;
            while (position < path.Length && path[position] != '/') position++;
            int error = Enter(ref directory, path.Slice(first, position - first));
            if (error == 0) continue;
            directory.Release();
            directory = null;
            return error;
        }
        return directory.IsDirectory ? 0 : -Errno.NotDirectory;
    }

    private static Dentry PlaceHolders
    {
        get
        {
            if (s_placeHolders == null) s_placeHolders = new RamFileSystem("none", DirectoryMode);
            return s_placeHolders.Root;
        }
    }

    private static int Enter(ref Dentry directory, ReadOnlySpan<byte> name)
    {
        int error = PathWalk.Find(directory, name, followLast: true, out Dentry child);
        if (error == -Errno.NoEntry)
        {
            // Host directories are left as they are: the missing one exists in memory only.
            Inode maker = directory.Inode.FileSystem.IsEvictable ? PlaceHolders.Inode : directory.Inode;
            error = maker.Create(name, InodeKind.Directory, DirectoryMode, out Inode inode);
            if (error != 0) return error;
            child = new Dentry(directory, name, inode);
            DentryCache.Add(child);
        }
        if (error != 0) return error;
        directory.Release();
        directory = child;
        return 0;
    }

    private static void Append(FileSystem fileSystem)
    {
        if (s_last != null) s_last.NextMounted = fileSystem;
        else First = fileSystem;
        s_last = fileSystem;
    }
}
