namespace GuestOs.Proc;

/// <summary>A set of semaphores or a message queue of System V (sysvipc(7)), known by a number and perhaps a key.</summary>
internal abstract class InterprocessObject
{
    /// <summary>The key it is found by; 0 (IPC_PRIVATE) for none.</summary>
    public readonly int Key;
    public int Id;
    public InterprocessPermission Permission;

    /// <summary>Seconds since 1970 of its making or last change by IPC_SET.</summary>
    public ulong ChangeTime;

    /// <summary>IPC_RMID: whoever slept on it fails. It is freed when the last of these has gone.</summary>
    public bool IsRemoved;

    /// <summary>Threads that sleep in calls on it.</summary>
    public int Sleepers;

    protected InterprocessObject(int key, uint mode)
    {
        Key = key;
        ref Credentials own = ref Credentials.Current;
        Permission = new InterprocessPermission
        {
            UserId = own.User.Effective,
            CreatorUserId = own.User.Effective,
            GroupId = own.Group.Effective,
            CreatorGroupId = own.Group.Effective,
            Mode = mode,
        };
        ChangeTime = Fs.Timestamp.Now.Seconds;
    }

    /// <summary>Sleeps in one of the object's queues: the queue's result, or -EIDRM when it was removed meanwhile; the caller must not use it then.</summary>
    protected int Sleep(WaitQueue queue, ulong deadline)
    {
        Sleepers++;
        int error = queue.SleepUntil(deadline);
        Sleepers--;
        if (!IsRemoved) return error;
        if (Sleepers == 0) Destroy();
        return -Mm.Errno.IdentifierRemoved;
    }

    /// <summary>Takes it out of use: wakes all who sleep on it.</summary>
    public void Remove()
    {
        IsRemoved = true;
        if (Sleepers == 0) Destroy();
        else WakeAll();
    }

    protected abstract void WakeAll();

    /// <summary>Frees it.</summary>
    protected abstract void Destroy();
}
