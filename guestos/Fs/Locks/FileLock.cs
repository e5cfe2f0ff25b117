namespace GuestOs.Fs;

/// <summary>Whose a lock on a file is, and so which others it excludes.</summary>
internal enum FileLockKind
{
    /// <summary>fcntl's F_SETLK: of a process, on a range. The owner is its <see cref="FileTable"/>.</summary>
    Process,

    /// <summary>fcntl's F_OFD_SETLK: of an open file, on a range.</summary>
    OpenFile,

    /// <summary>flock(2): of an open file, on the whole file. Locks on ranges do not see it, nor it them.</summary>
    Whole,
}

/// <summary>What a lock lets others do; the values are fcntl's.</summary>
internal enum FileLockType : short
{
    Read = 0,
    Write = 1,
    None = 2,
}

/// <summary>A lock that is held or asked for: on the bytes from <see cref="Start"/> to <see cref="Last"/>.</summary>
internal struct FileLockRange
{
    /// <summary>The last byte there can be: a lock to the end of the file, wherever that is.</summary>
    public const ulong Endless = long.MaxValue;

    public FileLockKind Kind;
    public FileLockType Type;
    public ulong Start;
    public ulong Last;

    /// <summary>The <see cref="FileTable"/> or <see cref="OpenFile"/>; compared only.</summary>
    public object Owner;

    /// <summary>What F_GETLK and /proc/locks show: the process that locked, -1 for open files' locks on ranges.</summary>
    public int Pid;

    public readonly bool IsOnRange => Kind != FileLockKind.Whole;

    public readonly bool IsOfSameOwner(in FileLockRange other) => Kind == other.Kind && Owner == other.Owner;

    public readonly bool Overlaps(in FileLockRange other) => Start <= other.Last && other.Start <= Last;

    /// <summary>True when both cannot be held at the same time.</summary>
    public readonly bool Excludes(in FileLockRange other) =>
        IsOnRange == other.IsOnRange && !IsOfSameOwner(other) && (Type == FileLockType.Write || other.Type == FileLockType.Write) && Overlaps(other);
}

/// <summary>A lock in the list of its file.</summary>
internal sealed class FileLock
{
    public FileLockRange Range;
    public FileLock Next;
}
