using System;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The last component of a path whose parent was looked up.</summary>
internal unsafe struct PathEnd
{
    private fixed byte _name[PathWalk.MaximumNameBytes];

    /// <summary>The directory, with a reference the caller releases.</summary>
    public Dentry Parent;
    public int Length;

    /// <summary>The path ended with a slash: it can only name a directory.</summary>
    public bool HasTrailingSlash;

    /// <summary>The path is the root, or ends in "." or "..": <see cref="Parent"/> is the directory itself and there is no name to make or remove.</summary>
    public bool IsSpecial;

    /// <summary>With <see cref="IsSpecial"/>: the path ended in ".".</summary>
    public bool IsDot;

    public ReadOnlySpan<byte> Name
    {
        get
        {
            fixed (byte* name = _name) return new ReadOnlySpan<byte>(name, Length);
        }
    }

    public void SetName(byte* text, int length)
    {
        Length = length;
        for (int i = 0; i < length; i++) _name[i] = text[i];
    }
}

/// <summary>Turns paths into dentries: symbolic links, "." and "..", mounts.</summary>
internal static unsafe class PathWalk
{
    /// <summary>NAME_MAX.</summary>
    public const int MaximumNameBytes = 255;

    private const int MaximumLinks = 40;

    private struct Cursor
    {
        public PathScope Scope;
        public Dentry Current;
        public PathBuffer Expanded;
        public byte* Text;
        public int Position;
        public int End;
        public int Links;
    }

    /// <summary>Finds what a path names, from <paramref name="start"/> unless it is absolute. An empty path is -ENOENT.</summary>
    public static int Find(Dentry start, ReadOnlySpan<byte> path, bool followLast, out Dentry found) =>
        Find(start, path, followLast, default, out found);

    /// <summary>As <see cref="Find(Dentry, ReadOnlySpan{byte}, bool, out Dentry)"/>, within a scope.</summary>
    public static int Find(Dentry start, ReadOnlySpan<byte> path, bool followLast, in PathScope scope, out Dentry found)
    {
        Cursor cursor = new Cursor { Scope = scope };
        int error;
        fixed (byte* text = path) error = Walk(ref cursor, start, text, path.Length, followLast, null);
        found = error == 0 ? cursor.Current : null;
        return error;
    }

    /// <summary>Finds the directory a path's last component is in; on success the caller releases <see cref="PathEnd.Parent"/>.</summary>
    public static int FindParent(Dentry start, ReadOnlySpan<byte> path, out PathEnd end) => FindParent(start, path, default, out end);

    /// <summary>As <see cref="FindParent(Dentry, ReadOnlySpan{byte}, out PathEnd)"/>, within a scope.</summary>
    public static int FindParent(Dentry start, ReadOnlySpan<byte> path, in PathScope scope, out PathEnd end)
    {
        end = default;
        Cursor cursor = new Cursor { Scope = scope };
        PathEnd result = default;
        int error;
        fixed (byte* text = path) error = Walk(ref cursor, start, text, path.Length, false, &result);
        if (error != 0) return error;
        result.Parent = cursor.Current;
        end = result;
        return 0;
    }

    /// <summary>Finds one name in a directory, without following links; steps onto what is mounted there.</summary>
    public static int FindChild(Dentry directory, ReadOnlySpan<byte> name, out Dentry child)
    {
        child = DentryCache.Find(directory, name);
        if (child == null)
        {
            if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
            int error = directory.Inode.Lookup(name, out Inode inode);
            if (error != 0) return error;
            child = new Dentry(directory, name, inode);
            if (directory.Inode.FileSystem.CachesNames) DentryCache.Add(child);
        }
        while (child.Mounted != null) Replace(ref child, child.Mounted.Root);
        return 0;
    }

    private static int Walk(ref Cursor cursor, Dentry start, byte* text, int length, bool followLast, PathEnd* end)
    {
        if (length == 0) return -Errno.NoEntry;
        cursor.Text = text;
        cursor.End = length;
        int error = text[0] == '/' ? cursor.Scope.CheckRoot() : 0;
        if (error != 0) return error;
        cursor.Current = text[0] == '/' ? cursor.Scope.Root : start;
        cursor.Current.AddReference();
        bool isDone = false;
        while (error == 0 && !isDone) error = Step(ref cursor, followLast, end, ref isDone);
        cursor.Expanded.Release();
        if (error != 0) cursor.Current.Release();
        return error;
    }

    private static int Step(ref Cursor cursor, bool followLast, PathEnd* end, ref bool isDone)
    {
        int first = SkipSlashes(ref cursor, cursor.Position);
        if (first == cursor.End)
        {
            isDone = true;
            if (end != null) end->IsSpecial = true;
            return cursor.Position != 0 && first > cursor.Position && !cursor.Current.IsDirectory ? -Errno.NotDirectory : 0;
        }
        if (!cursor.Current.IsDirectory) return -Errno.NotDirectory;
        int error = cursor.Current.Inode.CheckAccess(Permission.Execute);
        if (error != 0) return error;
        int after = first;
        while (after < cursor.End && cursor.Text[after] != '/') after++;
        int nameLength = after - first;
        if (nameLength > MaximumNameBytes) return -Errno.NameTooLong;
        byte* name = cursor.Text + first;
        bool isLast = SkipSlashes(ref cursor, after) == cursor.End;
        bool hasSlash = after < cursor.End;
        cursor.Position = after;
        if (name[0] == '.' && (nameLength == 1 || nameLength == 2 && name[1] == '.'))
        {
            error = nameLength == 2 ? GoUp(ref cursor) : 0;
            if (error != 0) return error;
            isDone = isLast;
            if (isLast && end != null)
            {
                end->IsSpecial = true;
                end->IsDot = nameLength == 1;
            }
            return 0;
        }
        if (isLast && end != null)
        {
            end->SetName(name, nameLength);
            end->HasTrailingSlash = hasSlash;
            isDone = true;
            return 0;
        }
        error = FindChild(cursor.Current, new ReadOnlySpan<byte>(name, nameLength), out Dentry child);
        if (error != 0) return error;
        error = cursor.Scope.CheckStep(cursor.Current, child);
        if (error != 0)
        {
            child.Release();
            return error;
        }
        if (child.Inode.Kind == InodeKind.SymbolicLink && (!isLast || followLast || hasSlash))
        {
            error = FollowLink(ref cursor, child);
            child.Release();
            return error;
        }
        cursor.Current.Release();
        cursor.Current = child;
        if (!isLast) return 0;
        isDone = true;
        return hasSlash && !child.IsDirectory ? -Errno.NotDirectory : 0;
    }

    private static int FollowLink(ref Cursor cursor, Dentry link)
    {
        if (++cursor.Links > MaximumLinks) return -Errno.Loop;
        int error = cursor.Scope.CheckLink();
        if (error != 0) return error;
        error = link.Inode.Follow(out Dentry target);
        if (error == 0)
        {
            error = cursor.Scope.CheckObjectLink(cursor.Current, target);
            if (error != 0)
            {
                target.Release();
                return error;
            }
            cursor.Current.Release();
            cursor.Current = target;
            return 0;
        }
        if (error != -Errno.NotSupported) return error;
        PathBuffer expanded = default;
        error = expanded.Allocate();
        if (error != 0) return error;
        int length = link.Inode.ReadLink(expanded.Text, PathBuffer.Capacity - 1);
        if (length <= 0)
        {
            expanded.Release();
            return length < 0 ? length : -Errno.NoEntry;
        }
        expanded.Length = length;
        if (!expanded.Append(new ReadOnlySpan<byte>(cursor.Text + cursor.Position, cursor.End - cursor.Position)))
        {
            expanded.Release();
            return -Errno.NameTooLong;
        }
        cursor.Expanded.Release();
        cursor.Expanded = expanded;
        cursor.Text = expanded.Text;
        cursor.Position = 0;
        cursor.End = expanded.Length;
        if (cursor.Text[0] != '/') return 0;
        error = cursor.Scope.CheckRoot(cursor.Current);
        if (error == 0) Replace(ref cursor.Current, cursor.Scope.Root);
        return error;
    }

    private static int SkipSlashes(ref Cursor cursor, int position)
    {
        while (position < cursor.End && cursor.Text[position] == '/') position++;
        return position;
    }

    /// <summary>".." : leaves mounts at their root; stays at the root of all.</summary>
    private static int GoUp(ref Cursor cursor)
    {
        if (cursor.Scope.IsTop(cursor.Current)) return cursor.Scope.AtTop;
        Dentry entry = cursor.Current.OutOfMounts;
        if (entry.Parent != null) entry = entry.Parent;
        while (entry.Mounted != null) entry = entry.Mounted.Root;
        int error = cursor.Scope.CheckStep(cursor.Current, entry);
        if (error == 0) Replace(ref cursor.Current, entry);
        return error;
    }

    private static void Replace(ref Dentry current, Dentry next)
    {
        next.AddReference();
        current.Release();
        current = next;
    }
}
