using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fcntl(2)'s locks on ranges of a file, those of processes and those of open files.</summary>
internal static unsafe class SysFileLock
{
    /// <summary>F_GETLK; F_SETLK and F_SETLKW follow.</summary>
    public const int Get = 5;

    /// <summary>F_SETLKW.</summary>
    public const int SetAndWait = 7;

    /// <summary>What is added to the commands for locks of open files.</summary>
    public const int OfOpenFile = 31;

    private const ulong LastByte = FileLockRange.Endless;

    /// <summary>struct flock.</summary>
    private struct Description
    {
        public FileLockType Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Pid;
    }

    /// <summary>Follows a command, with a pointer to the description.</summary>
    public static long Call(FileTable table, int descriptor, int command, ulong address)
    {
        OpenFile file = Descriptors.AcquireForData((ulong)descriptor);
        if (file == null) return -Errno.BadFile;
        long result = UserMemory.Read(address, out Description description) ? Call(table, file, command, ref description) : -Errno.Fault;
        if (result == 0 && command is Get or Get + OfOpenFile && !UserMemory.Write(address, description)) result = -Errno.Fault;
        // Another thread may have closed the descriptor meanwhile: the process must not keep the lock.
        if (result == 0 && command < OfOpenFile && table.Get(descriptor) != file)
        {
            file.Inode.Locks?.ReleaseOwner(table);
            result = -Errno.BadFile;
        }
        file.Release();
        return result;
    }

    /// <summary>Locks or unlocks; see <see cref="FileLocks.Set"/>.</summary>
    public static int Set(OpenFile file, in FileLockRange wanted, bool waits)
    {
        Inode inode = file.Inode;
        if (inode.Locks == null)
        {
            if (wanted.Type == FileLockType.None) return 0;
            if (FrameAllocator.IsExhausted) return -Errno.NoLocks;
            inode.Locks = new FileLocks(inode);
        }
        return inode.Locks.Set(wanted, waits);
    }

    private static long Call(FileTable table, OpenFile file, int command, ref Description description)
    {
        bool isOfOpenFile = command >= OfOpenFile;
        if (isOfOpenFile)
        {
            command -= OfOpenFile;
            if (description.Pid != 0) return -Errno.Invalid;
        }
        int error = FindRange(file, description, out FileLockRange wanted);
        if (error != 0) return error;
        wanted.Kind = isOfOpenFile ? FileLockKind.OpenFile : FileLockKind.Process;
        wanted.Owner = isOfOpenFile ? file : table;
        wanted.Pid = isOfOpenFile ? -1 : Scheduler.Current.Process.Pid;
        if (command == Get) return Find(file, wanted, ref description);
        if (wanted.Type == FileLockType.Read && !OpenFlags.CanRead(file.Flags) || wanted.Type == FileLockType.Write && !OpenFlags.CanWrite(file.Flags)) return -Errno.BadFile;
        return Set(file, wanted, command == SetAndWait);
    }

    /// <summary>Describes the first lock that is in the way, or says that there is none.</summary>
    private static long Find(OpenFile file, in FileLockRange wanted, ref Description description)
    {
        if (wanted.Type == FileLockType.None) return -Errno.Invalid;
        FileLock held = file.Inode.Locks?.FindConflict(wanted);
        if (held == null)
        {
            description.Type = FileLockType.None;
            return 0;
        }
        ref FileLockRange range = ref held.Range;
        description.Type = range.Type;
        description.Whence = 0;
        description.Start = (long)range.Start;
        description.Length = range.Last == LastByte ? 0 : (long)(range.Last - range.Start) + 1;
        description.Pid = range.Pid;
        return 0;
    }

    /// <summary>The bytes that a description means: from the start, the position or the end of the file, forwards or backwards, or all that follow.</summary>
    private static int FindRange(OpenFile file, in Description description, out FileLockRange range)
    {
        range = default;
        long from;
        switch (description.Whence)
        {
            case 0: from = 0; break;
            case 1: from = (long)file.Position; break;
            case 2: from = (long)file.Inode.SizeBytes; break;
            default: return -Errno.Invalid;
        }
        if (description.Start > (long)LastByte - from) return -Errno.Overflow;
        long start = from + description.Start, last = (long)LastByte;
        if (start < 0) return -Errno.Invalid;
        if (description.Length > 0)
        {
            if (description.Length - 1 > (long)LastByte - start) return -Errno.Overflow;
            last = start + description.Length - 1;
        }
        else if (description.Length < 0)
        {
            if (start + description.Length < 0) return -Errno.Invalid;
            last = start - 1;
            start += description.Length;
        }
        if (description.Type is not (FileLockType.Read or FileLockType.Write or FileLockType.None)) return -Errno.Invalid;
        range.Type = description.Type;
        range.Start = (ulong)start;
        range.Last = (ulong)last;
        return 0;
    }
}
