using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>Paths as arguments of calls: a directory descriptor (or AT_FDCWD) and a program's string.</summary>
internal static class PathArgument
{
    public const int CurrentDirectory = -100;
    public const uint SymlinkNoFollow = 0x100;
    public const uint RemoveDirectory = 0x200;
    public const uint SymlinkFollow = 0x400;
    public const uint EmptyPath = 0x1000;

    /// <summary>AT_FDCWD for the calls without "at".</summary>
    public const ulong Here = unchecked((ulong)CurrentDirectory);

    /// <summary>Reads the string and finds where it starts; on success both are released by <see cref="Release"/>.</summary>
    /// <param name="isWithin">The directory counts for absolute paths, too.</param>
    public static int Read(ulong directory, ulong address, out PathBuffer path, out Dentry start, bool isWithin = false)
    {
        start = null;
        path = default;
        int error = path.CopyFromUser(address);
        if (error != 0) return error;
        error = path.Text0 == '/' && !isWithin ? 0 : FindStart((int)directory, out start);
        if (error == 0)
        {
            if (start != null) return 0;
            start = Mounts.Root;
            start.AddReference();
            return 0;
        }
        path.Release();
        return error;
    }

    public static void Release(ref PathBuffer path, Dentry start)
    {
        path.Release();
        start.Release();
    }

    /// <summary>Finds what a path names; with <see cref="EmptyPath"/> in flags an empty path is the descriptor's own file. The caller releases it.</summary>
    public static int Find(ulong directory, ulong address, bool followLast, uint flags, out Dentry found)
    {
        found = null;
        int error = Read(directory, address, out PathBuffer path, out Dentry start);
        if (error != 0) return error;
        if (path.Length == 0 && (flags & EmptyPath) != 0)
        {
            found = start;
            path.Release();
            return 0;
        }
        error = PathWalk.Find(start, path.Span, followLast, out found);
        Release(ref path, start);
        return error;
    }

    /// <summary>Finds the parent of what a path names; the caller releases <see cref="PathEnd.Parent"/>.</summary>
    public static int FindParent(ulong directory, ulong address, out PathEnd end)
    {
        end = default;
        int error = Read(directory, address, out PathBuffer path, out Dentry start);
        if (error != 0) return error;
        error = PathWalk.FindParent(start, path.Span, out end);
        Release(ref path, start);
        return error;
    }

    private static int FindStart(int directory, out Dentry start)
    {
        start = null;
        if (directory == CurrentDirectory) start = Scheduler.Current.Process.FileContext.WorkingDirectory ?? Mounts.Root;
        else
        {
            OpenFile file = Descriptors.Table.Get(directory);
            if (file == null) return -Errno.BadFile;
            if (file.Entry == null) return -Errno.NotDirectory;
            start = file.Entry;
        }
        start.AddReference();
        return 0;
    }
}
