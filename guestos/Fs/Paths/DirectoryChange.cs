using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Makes, removes and renames names. Each call is given the parent and the last component of a path and returns 0 or a negative errno.</summary>
internal static class DirectoryChange
{
    /// <summary>RENAME_NOREPLACE.</summary>
    public const uint NoReplace = 1;

    /// <summary>RENAME_EXCHANGE.</summary>
    public const uint Exchange = 2;

    public static int MakeDirectory(ref PathEnd end, uint mode)
    {
        int error = CheckNew(ref end, mayHaveSlash: true);
        if (error != 0) return error;
        error = end.Parent.Inode.Create(end.Name, InodeKind.Directory, mode, out Inode inode);
        if (error == 0) List(ref end, inode);
        return error;
    }

    public static int MakeLink(ref PathEnd end, ReadOnlySpan<byte> target)
    {
        int error = CheckNew(ref end, mayHaveSlash: false);
        if (error != 0) return error;
        error = end.Parent.Inode.CreateLink(end.Name, target, out Inode inode);
        if (error == 0) List(ref end, inode);
        return error;
    }

    /// <summary>A named pipe; -EPERM where there can be none, for devices and for sockets.</summary>
    public static int MakeSpecial(ref PathEnd end, InodeKind kind, uint mode)
    {
        int error = CheckNew(ref end, mayHaveSlash: false);
        if (error != 0) return error;
        if (kind != InodeKind.Pipe) return -Errno.NotPermitted;
        error = end.Parent.Inode.Create(end.Name, kind, mode, out Inode inode);
        if (error == 0) List(ref end, inode);
        return error;
    }

    /// <summary>A hard link.</summary>
    public static int AddName(ref PathEnd end, Dentry file)
    {
        int error = CheckNew(ref end, mayHaveSlash: false);
        if (error != 0) return error;
        if (file.IsDirectory) return -Errno.NotPermitted;
        if (file.Inode.FileSystem != end.Parent.Inode.FileSystem) return -Errno.CrossDevice;
        if (file.Inode.LinkCount == 0 && !file.Inode.MayGetFirstName) return -Errno.NoEntry;
        error = end.Parent.Inode.AddName(end.Name, file.Inode);
        if (error != 0) return error;
        file.Inode.MayGetFirstName = false;
        file.Inode.AddReference();
        List(ref end, file.Inode);
        return 0;
    }

    /// <summary>unlink or rmdir.</summary>
    public static int Remove(ref PathEnd end, bool isDirectory)
    {
        if (end.IsSpecial)
        {
            if (!isDirectory) return -Errno.IsDirectory;
            if (end.Parent.Parent == null) return -Errno.Busy;
            return end.IsDot ? -Errno.Invalid : -Errno.NotEmpty;
        }
        int error = end.Parent.Inode.CheckAccess(Permission.Execute);
        if (error != 0) return error;
        error = PathWalk.FindChild(end.Parent, end.Name, out Dentry entry);
        if (error != 0) return error;
        int refusal = Permission.CheckRemoval(end.Parent.Inode, entry.Inode);
        if (end.Parent.Inode.FileSystem.IsReadOnly) error = -Errno.ReadOnly;
        else if (refusal != 0) error = refusal;
        else if (isDirectory && !entry.IsDirectory) error = -Errno.NotDirectory;
        else if (!isDirectory && entry.IsDirectory) error = -Errno.IsDirectory;
        else if (!isDirectory && end.HasTrailingSlash) error = -Errno.NotDirectory;
        else if (entry.Parent == null) error = -Errno.Busy;
        else error = end.Parent.Inode.Remove(entry);
        if (error == 0) DentryCache.Delete(entry);
        entry.Release();
        return error;
    }

    public static int Rename(ref PathEnd from, ref PathEnd to, uint flags)
    {
        if (from.IsSpecial || to.IsSpecial) return -Errno.Busy;
        int error = from.Parent.Inode.CheckAccess(Permission.Execute);
        if (error == 0) error = to.Parent.Inode.CheckAccess(Permission.Execute);
        if (error != 0) return error;
        error = PathWalk.FindChild(from.Parent, from.Name, out Dentry entry);
        if (error != 0) return error;
        error = PathWalk.FindChild(to.Parent, to.Name, out Dentry target);
        if (error == 0 || error == -Errno.NoEntry) error = Rename(ref from, ref to, entry, target, flags);
        target?.Release();
        entry.Release();
        return error;
    }

    private static int Rename(ref PathEnd from, ref PathEnd to, Dentry entry, Dentry target, uint flags)
    {
        bool isExchange = (flags & Exchange) != 0;
        if (target != null && (flags & NoReplace) != 0) return -Errno.Exists;
        if (target == null && isExchange) return -Errno.NoEntry;
        if (isExchange && to.HasTrailingSlash && !target.IsDirectory) return -Errno.NotDirectory;
        if (!entry.IsDirectory && (from.HasTrailingSlash || to.HasTrailingSlash && !isExchange)) return -Errno.NotDirectory;
        FileSystem fileSystem = from.Parent.Inode.FileSystem;
        if (to.Parent.Inode.FileSystem != fileSystem) return -Errno.CrossDevice;
        if (fileSystem.IsReadOnly) return -Errno.ReadOnly;
        int error = Permission.CheckRemoval(from.Parent.Inode, entry.Inode);
        if (error == 0) error = target != null ? Permission.CheckRemoval(to.Parent.Inode, target.Inode) : Permission.CheckChange(to.Parent.Inode);
        // Its ".." changes.
        if (error == 0 && entry.IsDirectory && from.Parent != to.Parent) error = entry.Inode.CheckAccess(Permission.Write);
        if (error != 0) return error;
        if (entry.Parent == null || target != null && target.Parent == null) return -Errno.Busy;
        if (to.Parent.IsDeleted) return -Errno.NoEntry;
        if (IsWithin(to.Parent, entry)) return -Errno.Invalid;
        if (isExchange) return ExchangeNames(ref from, ref to, entry, target);
        if (target != null)
        {
            if (target.Inode == entry.Inode) return 0;
            if (target.IsDirectory && !entry.IsDirectory) return -Errno.IsDirectory;
            if (!target.IsDirectory && entry.IsDirectory) return -Errno.NotDirectory;
            if (IsWithin(from.Parent, target)) return -Errno.NotEmpty;
        }
        if (target != null && !from.Parent.Inode.RenameReplaces) error = to.Parent.Inode.Remove(target);
        if (error == 0) error = from.Parent.Inode.Rename(entry, to.Parent.Inode, to.Name);
        if (error != 0) return error;
        if (target != null) DentryCache.Delete(target);
        DentryCache.Move(entry, to.Parent, to.Name);
        return 0;
    }

    private static int ExchangeNames(ref PathEnd from, ref PathEnd to, Dentry entry, Dentry target)
    {
        if (IsWithin(from.Parent, target) || !from.Parent.Inode.FileSystem.ExchangesNames) return -Errno.Invalid;
        if (target.Inode == entry.Inode) return 0;
        int error = target.IsDirectory && from.Parent != to.Parent ? target.Inode.CheckAccess(Permission.Write) : 0;
        if (error == 0) error = from.Parent.Inode.Rename(entry, to.Parent.Inode, to.Name);
        if (error == 0) error = to.Parent.Inode.Rename(target, from.Parent.Inode, from.Name);
        if (error != 0) return error;
        DentryCache.Move(entry, to.Parent, to.Name);
        DentryCache.Move(target, from.Parent, from.Name);
        return 0;
    }

    private static bool IsWithin(Dentry entry, Dentry directory)
    {
        for (; entry != null; entry = entry.Parent)
            if (entry == directory) return true;
        return false;
    }

    private static int CheckNew(ref PathEnd end, bool mayHaveSlash)
    {
        if (end.IsSpecial) return -Errno.Exists;
        int error = end.Parent.Inode.CheckAccess(Permission.Execute);
        if (error != 0) return error;
        error = PathWalk.FindChild(end.Parent, end.Name, out Dentry existing);
        if (error == 0)
        {
            existing.Release();
            return -Errno.Exists;
        }
        if (error != -Errno.NoEntry) return error;
        if (end.HasTrailingSlash && !mayHaveSlash || end.Parent.IsDeleted) return -Errno.NoEntry;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        return end.Parent.Inode.FileSystem.IsReadOnly ? -Errno.ReadOnly : Permission.CheckChange(end.Parent.Inode);
    }

    private static void List(ref PathEnd end, Inode inode)
    {
        Dentry entry = new Dentry(end.Parent, end.Name, inode);
        DentryCache.Add(entry);
        entry.Release();
    }
}
