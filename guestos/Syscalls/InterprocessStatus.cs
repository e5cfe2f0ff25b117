using System.Runtime.InteropServices;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>struct ipc64_perm of x86-64, 48 bytes: the start of what IPC_STAT tells of System V objects.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterprocessStatus
{
    private const int SequenceShift = 15;

    public int Key;
    public uint UserId;
    public uint GroupId;
    public uint CreatorUserId;
    public uint CreatorGroupId;
    public uint Mode;
    public ushort Sequence;
    private fixed ushort _padding[3];
    private fixed ulong _unused[2];

    public static InterprocessStatus Of(InterprocessObject item) => Of(item.Key, item.Id, item.Permission);

    public static InterprocessStatus Of(int key, int id, in InterprocessPermission permission) => new InterprocessStatus
    {
        Key = key,
        UserId = permission.UserId,
        GroupId = permission.GroupId,
        CreatorUserId = permission.CreatorUserId,
        CreatorGroupId = permission.CreatorGroupId,
        Mode = permission.Mode,
        Sequence = (ushort)(id >> SequenceShift),
    };

    /// <summary>IPC_SET: owner and mode become these.</summary>
    public readonly void Apply(InterprocessObject item)
    {
        item.Permission.UserId = UserId;
        item.Permission.GroupId = GroupId;
        item.Permission.Mode = Mode & InterprocessCall.ModeMask;
        item.ChangeTime = Fs.Timestamp.Now.Seconds;
    }
}

/// <summary>Commands and flags that the calls on System V objects share.</summary>
internal static class InterprocessCall
{
    public const int Remove = 0;
    public const int Set = 1;
    public const int Status = 2;
    public const int Information = 3;
    public const uint ModeMask = 0x1ff;
    public const uint Create = 0x200;
    public const uint Exclusive = 0x400;
    public const uint NoWait = 0x800;

    /// <summary>
    /// semget(2) and msgget(2) where the key exists: the identifier, -EEXIST, -EACCES; or null is found and the caller makes one, or gets -ENOENT.
    /// </summary>
    public static int Find(InterprocessTable table, int key, uint flags, out InterprocessObject found)
    {
        found = table.FindKey(key);
        if (found == null) return key != 0 && (flags & Create) == 0 ? -Mm.Errno.NoEntry : 0;
        if ((flags & (Create | Exclusive)) == (Create | Exclusive)) return -Mm.Errno.Exists;
        return found.Permission.Allows(flags & ModeMask) ? found.Id : -Mm.Errno.Access;
    }

    /// <summary>IPC_RMID: 0, -EPERM.</summary>
    public static int RemoveFrom(InterprocessTable table, InterprocessObject item)
    {
        if (!item.Permission.IsOwner) return -Mm.Errno.NotPermitted;
        table.Remove(item);
        return 0;
    }
}
