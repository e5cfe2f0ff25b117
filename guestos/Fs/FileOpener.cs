using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>open(2) inside the kernel: path, flags and mode to an open file.</summary>
internal static unsafe class FileOpener
{
    private const int MaximumLinks = 40;
    private const int NumberNameBytes = 24;

    /// <summary>
    /// Opens or creates what a path names. <paramref name="mode"/> has the umask applied already. Returns 0 and an open file with one reference,
    /// or a negative errno.
    /// </summary>
    public static int Open(Dentry start, ReadOnlySpan<byte> path, uint flags, uint mode, out OpenFile file) =>
        Open(start, path, flags, mode, default, out file);

    /// <summary>As <see cref="Open(Dentry, ReadOnlySpan{byte}, uint, uint, out OpenFile)"/>, within a scope.</summary>
    public static int Open(Dentry start, ReadOnlySpan<byte> path, uint flags, uint mode, in PathScope scope, out OpenFile file)
    {
        file = null;
        if ((flags & OpenFlags.Path) != 0) flags &= OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        if ((flags & (OpenFlags.Create | OpenFlags.Directory)) == (OpenFlags.Create | OpenFlags.Directory)) return -Errno.Invalid;
        if ((flags & OpenFlags.TemporaryFile) != 0) return OpenUnnamed(start, path, flags, mode, scope, out file);
        Dentry entry;
        bool isNew = false;
        int error;
        if ((flags & OpenFlags.Create) != 0) error = FindOrCreate(start, path, ref flags, mode, scope, out entry, out isNew);
        else error = PathWalk.Find(start, path, (flags & OpenFlags.NoFollow) == 0, scope, out entry);
        if (error != 0) return error;
        error = isNew || (flags & OpenFlags.Path) != 0 ? 0 : CheckAccess(entry.Inode, flags);
        if (error == 0) error = Open(entry, flags, out file);
        entry.Release();
        return error;
    }

    /// <summary>Whether the running process may open a file that is there, with these flags of open(2).</summary>
    private static int CheckAccess(Inode inode, uint flags)
    {
        bool writes = OpenFlags.CanWrite(flags) || (flags & OpenFlags.Truncate) != 0;
        // What it is comes before whose it is.
        if (inode.Kind == InodeKind.SymbolicLink || inode.Kind == InodeKind.Directory && (writes || (flags & OpenFlags.Create) != 0)) return 0;
        int error = inode.CheckAccess((OpenFlags.CanRead(flags) ? Permission.Read : 0) | (writes ? Permission.Write : 0));
        return error == 0 && (flags & OpenFlags.NoAccessTime) != 0 && !Permission.IsOwner(inode) ? -Errno.NotPermitted : error;
    }

    /// <summary>Opens an entry, whoever asks; the open file takes references of its own.</summary>
    public static int Open(Dentry entry, uint flags, out OpenFile file)
    {
        file = null;
        Inode inode = entry.Inode;
        bool wantsWrite = OpenFlags.CanWrite(flags);
        if ((flags & OpenFlags.Directory) != 0 && !entry.IsDirectory) return -Errno.NotDirectory;
        if ((flags & OpenFlags.Path) == 0)
        {
            if (inode.Kind == InodeKind.SymbolicLink) return -Errno.Loop;
            if (entry.IsDirectory && (wantsWrite || (flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0)) return -Errno.IsDirectory;
            bool isStored = inode.Kind == InodeKind.Regular && inode.FileSystem != null;
            bool changes = wantsWrite || (flags & OpenFlags.Truncate) != 0;
            if (isStored && inode.FileSystem.IsReadOnly && changes) return -Errno.ReadOnly;
            if (inode.Kind == InodeKind.Regular && inode.IsRunning && changes) return -Errno.TextBusy;
        }
        // Creation flags are not remembered.
        uint kept = flags & ~(OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.Truncate | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec);
        int error;
        if ((flags & OpenFlags.Path) != 0)
        {
            file = new PathOnlyFile(inode, kept);
            error = 0;
        }
        else error = inode.Open(kept | (flags & OpenFlags.NoControllingTerminal), out file);
        if (error != 0) return error;
        file.Flags = kept;
        if (wantsWrite && inode.Kind == InodeKind.Regular) file.BecomeWriter();
        if (file.Entry == null)
        {
            entry.AddReference();
            file.Entry = entry;
        }
        if ((flags & OpenFlags.Truncate) == 0 || inode.Kind != InodeKind.Regular || inode.Content == null) return 0;
        error = FileSpace.Truncate(inode, 0);
        if (error == 0) return 0;
        file.Release();
        file = null;
        return error;
    }

    /// <summary>O_TMPFILE: a file that no directory lists, of the file system the path's directory is in. Linkat can name it later, but for O_EXCL.</summary>
    private static int OpenUnnamed(Dentry start, ReadOnlySpan<byte> path, uint flags, uint mode, in PathScope scope, out OpenFile file)
    {
        file = null;
        if ((flags & (OpenFlags.Directory | OpenFlags.Create)) != OpenFlags.Directory || !OpenFlags.CanWrite(flags)) return -Errno.Invalid;
        int error = PathWalk.Find(start, path, (flags & OpenFlags.NoFollow) == 0, scope, out Dentry directory);
        if (error != 0) return error;
        Inode inode = null;
        if (!directory.IsDirectory) error = -Errno.NotDirectory;
        else if (directory.Inode.FileSystem.IsReadOnly) error = -Errno.ReadOnly;
        else error = Permission.CheckChange(directory.Inode);
        if (error == 0) error = directory.Inode.CreateUnnamed(mode & 0xfff, out inode);
        if (error == 0)
        {
            inode.MayGetFirstName = (flags & OpenFlags.Exclusive) == 0;
            byte* name = stackalloc byte[NumberNameBytes];
            TextWriter writer = new TextWriter(name, NumberNameBytes);
            writer.Text("#"u8);
            writer.Decimal(inode.Number);
            Dentry entry = new Dentry(directory, writer.Written, inode) { IsDeleted = true };
            error = Open(entry, flags & ~(OpenFlags.Directory | OpenFlags.TemporaryFile | OpenFlags.Exclusive), out file);
            entry.Release();
        }
        directory.Release();
        if (error == 0) file.Flags |= OpenFlags.TemporaryFile | OpenFlags.Directory;
        return error;
    }

    /// <summary>O_CREAT: follows links that lead nowhere to the place where the file is to be made.</summary>
    private static int FindOrCreate(Dentry start, ReadOnlySpan<byte> path, ref uint flags, uint mode, in PathScope scope, out Dentry entry, out bool isNew)
    {
        entry = null;
        isNew = false;
        PathBuffer target = default;
        Dentry from = start;
        from.AddReference();
        int error = -Errno.Loop;
        for (int links = 0; links < MaximumLinks; links++)
        {
            error = PathWalk.FindParent(from, links == 0 ? path : target.Span, scope, out PathEnd end);
            if (error != 0) break;
            error = FindOrCreate(ref end, ref flags, mode, out entry, out isNew);
            if (error == 0 && !isNew) error = scope.CheckStep(end.Parent, entry);
            if (error == 0 && entry.Inode.Kind == InodeKind.SymbolicLink && (flags & OpenFlags.NoFollow) == 0)
            {
                error = FollowLast(ref from, ref entry, end.Parent, scope, ref target);
                end.Parent.Release();
                if (error != 0 || entry != null) break;
                error = -Errno.Loop;
                continue;
            }
            end.Parent.Release();
            break;
        }
        target.Release();
        from.Release();
        if (error == 0 || entry == null) return error;
        entry.Release();
        entry = null;
        return error;
    }

    private static int FindOrCreate(ref PathEnd end, ref uint flags, uint mode, out Dentry entry, out bool isNew)
    {
        entry = null;
        isNew = false;
        if (end.IsSpecial || end.HasTrailingSlash) return -Errno.IsDirectory;
        Dentry parent = end.Parent;
        if (!parent.IsDirectory) return -Errno.NotDirectory;
        int error = parent.Inode.CheckAccess(Permission.Execute);
        if (error != 0) return error;
        error = PathWalk.FindChild(parent, end.Name, out entry);
        if (error == 0 && (flags & OpenFlags.Exclusive) != 0)
        {
            entry.Release();
            entry = null;
            return -Errno.Exists;
        }
        if (error != -Errno.NoEntry) return error;
        if (parent.Inode.FileSystem.IsReadOnly) return -Errno.ReadOnly;
        if (parent.IsDeleted) return -Errno.NoEntry;
        error = Permission.CheckChange(parent.Inode);
        if (error != 0) return error;
        error = parent.Inode.Create(end.Name, InodeKind.Regular, mode & 0xfff, out Inode inode);
        if (error != 0) return error;
        entry = new Dentry(parent, end.Name, inode);
        DentryCache.Add(entry);
        flags &= ~OpenFlags.Truncate;
        isNew = true;
        return 0;
    }

    /// <summary>
    /// The last component is a link: an object it leads to becomes <paramref name="entry"/>; else entry becomes null and the walk goes on with the link's
    /// text in <paramref name="target"/>, from the directory it is in.
    /// </summary>
    private static int FollowLast(ref Dentry from, ref Dentry entry, Dentry parent, in PathScope scope, ref PathBuffer target)
    {
        Dentry direct = null;
        int error = scope.CheckLink();
        if (error == 0) error = entry.Inode.Follow(out direct);
        if (error == 0) error = scope.CheckObjectLink(parent, direct);
        if (error == -Errno.NotSupported)
        {
            target.Release();
            error = target.Allocate();
            if (error == 0) error = target.Length = entry.Inode.ReadLink(target.Text, PathBuffer.Capacity - 1);
            if (error > 0) error = 0;
            from.Release();
            parent.AddReference();
            from = parent;
        }
        entry.Release();
        entry = direct;
        return error;
    }
}
