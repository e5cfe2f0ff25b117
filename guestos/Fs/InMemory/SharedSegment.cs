using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A segment of System V shared memory: a file in memory known by a number. It ends when it was removed and nothing maps it any more.</summary>
internal sealed class SharedSegment : RamInode
{
    public readonly ulong CreatedSize;
    public readonly int CreatorPid;

    /// <summary>The key it is found by; 0 (IPC_PRIVATE) for none.</summary>
    public int Key;
    public int Id;
    public uint CreatorUserId;
    public uint CreatorGroupId;

    /// <summary>The process that attached or detached it last, and seconds since 1970 of the last of each; 0 for never.</summary>
    public int LastPid;
    public ulong AttachTime;
    public ulong DetachTime;
    public ulong ChangeTime;

    /// <summary>IPC_RMID while it was attached.</summary>
    public bool IsRemoved;

    /// <summary>SHM_LOCK: its pages are not to be swapped.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>The name it is mapped by, with a reference, while the table lists it.</summary>
    public Dentry Entry;

    /// <param name="fileSystem">Says whether it consists of huge pages.</param>
    public SharedSegment(RamFileSystem fileSystem, int key, ulong sizeBytes, uint mode)
        : base(fileSystem, InodeKind.Regular, mode)
    {
        Key = key;
        CreatedSize = sizeBytes;
        UserId = CreatorUserId = Credentials.Current.User.Effective;
        GroupId = CreatorGroupId = Credentials.Current.Group.Effective;
        CreatorPid = Scheduler.Current.Process.Pid;
        ChangeTime = Timestamp.Now.Seconds;
    }

    /// <summary>Who may use it.</summary>
    public InterprocessPermission Permission => new InterprocessPermission
    {
        UserId = UserId,
        GroupId = GroupId,
        CreatorUserId = CreatorUserId,
        CreatorGroupId = CreatorGroupId,
        Mode = Mode,
    };

    /// <summary>Its pages that are in swap space.</summary>
    public ulong SwappedPages => Pages == null ? 0 : Pages.SwappedCount;

    /// <summary>Areas that map it: shm_nattch.</summary>
    public int AttachCount => Content.Mappings.Count;

    /// <summary>SHM_LOCK and SHM_UNLOCK. As on Linux, pages that are there already are set apart when reclaim comes by them.</summary>
    public void SetLocked(bool isLocked)
    {
        if (isLocked == IsLocked) return;
        IsLocked = isLocked;
        if (isLocked) return;
        for (ulong page = 0; Pages != null && Pages.FindNext(ref page); page++)
        {
            uint frame = Pages.FindCached(page);
            if (frame != 0) LockedPages.Rescue(frame);
        }
    }

    public override void OnMapped()
    {
        LastPid = Scheduler.Current.Process.Pid;
        AttachTime = Timestamp.Now.Seconds;
    }

    public override void OnUnmapped()
    {
        LastPid = Scheduler.Current.Process.Pid;
        DetachTime = Timestamp.Now.Seconds;
        if (IsRemoved && AttachCount == 0) SharedSegments.Drop(this);
    }
}
