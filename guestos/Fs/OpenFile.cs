using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>
/// An open file description: what file descriptors, possibly of several processes, share. Counted; the last <see cref="Release"/> closes it.
/// Calls return 0 or more on success, a negative errno on failure, and may sleep (-<see cref="Errno.RestartCall"/> when a signal ended the sleep).
/// </summary>
internal abstract class OpenFile : MappedFile
{
    /// <summary>Open files of all processes.</summary>
    public static ulong Count { get; private set; }

    private uint _reportedOfFileSystem;

    protected OpenFile() => Count++;

    /// <summary>An open file of an inode; takes a reference to it.</summary>
    protected OpenFile(Inode inode, uint flags)
        : this()
    {
        inode.AddReference();
        Inode = inode;
        Flags = flags;
        if (inode.FileSystem == null) return;
        inode.FileSystem.AddUser();
        _reportedOfFileSystem = inode.FileSystem.Errors.Mark;
        if (OpenFlags.CanWrite(flags)) inode.FileSystem.WriterCount++;
    }

    /// <summary>The file behind it; the open file holds a reference.</summary>
    public Inode Inode;

    /// <summary>The name it was opened by, with a reference; null for files that have none.</summary>
    public Dentry Entry;

    /// <summary>O_RDWR, O_APPEND, O_NONBLOCK and so on, as in open(2).</summary>
    public uint Flags;

    /// <summary>Offset of the next read or write.</summary>
    public ulong Position;

    /// <summary>The epoll sets that watch the file, linked by <see cref="EpollEntry.NextOfFile"/>.</summary>
    public EpollEntry FirstWatch;

    // One of the inode's writers.
    private bool _isWriter;

    /// <summary>Opened by name for writing: the file cannot be run as long as it is.</summary>
    public void BecomeWriter()
    {
        _isWriter = true;
        Inode.WriteOpenCount++;
    }

    protected override void Destroy()
    {
        Count--;
        if (_isWriter) Inode.WriteOpenCount--;
        while (FirstWatch != null) FirstWatch.Set.Remove(FirstWatch);
        Inode?.Locks?.ReleaseOwner(this);
        Close();
        FileSystem fileSystem = Inode?.FileSystem;
        Inode?.Release();
        Entry?.Release();
        if (fileSystem != null && OpenFlags.CanWrite(Flags)) fileSystem.WriterCount--;
        fileSystem?.RemoveUser();
        KernelHeap.Free(this);
    }

    /// <summary>syncfs(2): writes back what has changed; 0, or the last failure in the file's file system since the last call or since it was opened.</summary>
    public int SynchronizeFileSystem()
    {
        DirtyFiles.WriteBackAll();
        return Inode?.FileSystem == null ? 0 : Inode.FileSystem.Errors.Since(ref _reportedOfFileSystem);
    }

    /// <summary>Frames whose data ends with the open file, and which no program maps.</summary>
    public virtual ulong BufferPages => 0;

    /// <summary>True when calls may not sleep (O_NONBLOCK).</summary>
    public bool IsNonBlocking => (Flags & OpenFlags.NonBlocking) != 0;

    /// <summary>Drops what the open file holds besides <see cref="Inode"/> and <see cref="Entry"/>. The object itself is freed by the caller.</summary>
    protected virtual void Close() { }

    /// <summary>Reads at <see cref="Position"/> and advances it; 0 is the end of the file.</summary>
    public virtual long Read(IoBuffer buffer, ulong lengthBytes) => OpenFlags.CanRead(Flags) ? -Errno.Invalid : -Errno.BadFile;

    /// <summary>Writes at <see cref="Position"/> and advances it.</summary>
    public virtual long Write(IoBuffer buffer, ulong lengthBytes) => OpenFlags.CanWrite(Flags) ? -Errno.Invalid : -Errno.BadFile;

    /// <summary>Reads at an offset; <see cref="Position"/> stays. exec reads headers this way.</summary>
    public virtual long ReadAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => -Errno.IllegalSeek;

    public virtual long WriteAt(IoBuffer buffer, ulong lengthBytes, ulong offset) => -Errno.IllegalSeek;

    /// <summary>lseek(2): whence 0 set, 1 current, 2 end, 3 data, 4 hole. Timers and the like have no position, but allow it.</summary>
    public virtual long Seek(long offset, int whence) => Inode.Kind == InodeKind.Anonymous ? 0 : -Errno.IllegalSeek;

    public virtual long Ioctl(uint request, ulong argument) => -Errno.NotTerminal;

    /// <summary>
    /// The poll(2) events that hold now, of those asked for (and those nobody has to ask for). Calls <see cref="WaitQueue.Watch"/> of each queue that is
    /// woken when that changes; does not sleep.
    /// </summary>
    public virtual uint Poll(uint events) => events & (PollEvents.AnyIn | PollEvents.AnyOut);

    /// <summary>False for files that are always ready, which epoll refuses.</summary>
    public virtual bool CanPoll => Inode.Kind is not (InodeKind.Regular or InodeKind.Directory);

    /// <summary><see cref="ExpectInput"/> does something.</summary>
    public virtual bool WantsToKnowWaiters => false;

    /// <summary>poll(2) is about to sleep for input (true), or has stopped to.</summary>
    public virtual void ExpectInput(bool isWaiting) { }

    /// <summary>Moves <see cref="Position"/> behind what a read or write at it has done; passes its result on.</summary>
    protected long Advance(long done)
    {
        if (done > 0) Position += (ulong)done;
        return done;
    }

    /// <summary>getdents64: fills whole records from <see cref="Position"/> on.</summary>
    public virtual long ReadDirectory(IoBuffer buffer, ulong lengthBytes) => -Errno.NotDirectory;

    /// <summary>A descriptor of the file is being closed: what was written goes to the file system, and close(2) reports what went wrong.</summary>
    public virtual int Flush() => 0;

    /// <summary>fsync(2).</summary>
    public virtual int Synchronize() => -Errno.Invalid;
}
