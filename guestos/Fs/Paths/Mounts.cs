using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What is mounted where.</summary>
internal static class Mounts
{
    /// <summary>The root directory of everything.</summary>
    public static Dentry Root { get; private set; }

    /// <summary>The mounts in the order they were made.</summary>
    public static Mount First { get; private set; }

    private const uint DirectoryMode = 0x1ed;

    private static Mount s_last;
    private static RamFileSystem s_placeHolders;

    /// <summary>Makes a file system the root.</summary>
    public static void AttachRoot(FileSystem fileSystem)
    {
        Root = fileSystem.Root;
        Append(new Mount(fileSystem, null, default));
    }

    /// <summary>Mounts at a path, whose directories are made where they are missing and the file system allows it. 0 or a negative errno.</summary>
    public static int Attach(FileSystem fileSystem, ReadOnlySpan<byte> path)
    {
        int error = MakeDirectories(path, out Dentry point);
        if (error == 0) Attach(fileSystem, point, default);
        return error;
    }

    /// <summary>Mounts on a directory on which nothing is mounted yet; takes over the caller's reference to it.</summary>
    public static void Attach(FileSystem fileSystem, Dentry point, ReadOnlySpan<byte> source)
    {
        Mount mount = new Mount(fileSystem, point, source);
        point.Mounted = fileSystem;
        Append(mount);
    }

    /// <summary>Takes a mount other than the root's out of the tree.</summary>
    public static void Detach(Mount mount)
    {
        if (mount.Next != null) mount.Next.Previous = mount.Previous;
        else s_last = mount.Previous;
        mount.Previous.Next = mount.Next;
        mount.Point.Mounted = null;
        mount.FileSystem.Mount = null;
        mount.Destroy();
    }

    /// <summary>The first mount on a directory of a file system; null when there is none.</summary>
    public static Mount FirstWithin(FileSystem fileSystem)
    {
        Mount mount = First;
        while (mount != null && mount.Point?.Inode.FileSystem != fileSystem) mount = mount.Next;
        return mount;
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

    private static void Append(Mount mount)
    {
        mount.FileSystem.Mount = mount;
        mount.FileSystem.OnMounted();
        mount.Previous = s_last;
        if (s_last != null) s_last.Next = mount;
        else First = mount;
        s_last = mount;
    }
}
