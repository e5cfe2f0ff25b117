using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>Whether the running process may use a file: mode bits, owner, groups and capabilities, as Linux's generic_permission.</summary>
internal static class Permission
{
    public const uint Execute = 1;
    public const uint Write = 2;
    public const uint Read = 4;

    private const uint AnyExecute = 0x49;
    private const uint Sticky = 0x200;
    private const uint SetUser = 0x800;
    private const uint SetGroup = 0x400;
    private const uint GroupExecutes = 0x8;

    /// <summary>0, or -EACCES.</summary>
    /// <param name="wanted">Any of <see cref="Read"/>, <see cref="Write"/> and <see cref="Execute"/>, which is to search in a directory.</param>
    public static int Check(Inode inode, uint wanted)
    {
        ref Credentials own = ref Credentials.Current;
        bool isReal = Scheduler.Current.ChecksAsRealUser;
        ulong capabilities = !isReal ? own.Capabilities.Effective : own.User.Real == 0 ? own.Capabilities.Permitted : 0;
        if (IsOverridden(inode, wanted, capabilities)) return 0;
        uint user = isReal ? own.User.Real : own.User.OfFiles;
        bool isInGroup = inode.GroupId == (isReal ? own.Group.Real : own.Group.OfFiles) || own.HasSupplementary(inode.GroupId);
        uint granted = user == inode.UserId ? inode.Mode >> 6 : isInGroup ? inode.Mode >> 3 : inode.Mode;
        return (wanted & ~granted) == 0 ? 0 : -Errno.Access;
    }

    /// <summary>To make, remove or rename names in a directory: 0, -EACCES.</summary>
    public static int CheckChange(Inode directory) => directory.CheckAccess(Write | Execute);

    /// <summary>To take a name away: <see cref="CheckChange"/>, and in a sticky directory -EPERM to others than the owners.</summary>
    public static int CheckRemoval(Inode directory, Inode file)
    {
        int error = CheckChange(directory);
        if (error != 0 || (directory.Mode & Sticky) == 0) return error;
        uint user = Credentials.Current.User.OfFiles;
        return user == file.UserId || user == directory.UserId || Credentials.CurrentHas(Capability.Owner) ? 0 : -Errno.NotPermitted;
    }

    /// <summary>True for the owner and who has CAP_FOWNER.</summary>
    public static bool IsOwner(Inode inode) => Credentials.Current.User.OfFiles == inode.UserId || Credentials.CurrentHas(Capability.Owner);

    /// <summary>True when the running process may give a file this owner and group; those it does not change are as they are.</summary>
    public static bool MayGive(Inode inode, uint user, uint group)
    {
        if (Credentials.CurrentHas(Capability.ChangeOwner)) return true;
        ref Credentials own = ref Credentials.Current;
        return own.User.OfFiles == inode.UserId && user == inode.UserId && (group == inode.GroupId || own.IsInGroup(group));
    }

    /// <summary>Permission bits that stay when others write to a file or own it: not those that would lend them the owner's rights.</summary>
    public static uint WithoutSetId(uint mode)
    {
        mode &= ~SetUser;
        return (mode & GroupExecutes) != 0 ? mode & ~SetGroup : mode;
    }

    /// <summary>The mode chmod sets: without CAP_FSETID only members of the group give its rights.</summary>
    public static uint AllowedMode(Inode inode, uint mode) =>
        Credentials.Current.IsInGroup(inode.GroupId) || Credentials.CurrentHas(Capability.KeepSetIdBits) ? mode : mode & ~SetGroup;

    /// <summary>Makes the running process the owner of a new file; in a set-group-ID directory the group is the directory's.</summary>
    public static void SetOwner(Inode inode, Inode directory)
    {
        inode.UserId = Credentials.Current.User.OfFiles;
        inode.GroupId = Credentials.Current.Group.OfFiles;
        if (directory == null || (directory.Mode & SetGroup) == 0) return;
        inode.GroupId = directory.GroupId;
        if (inode.Kind == InodeKind.Directory) inode.Mode |= SetGroup;
    }

    /// <summary>CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH; nobody executes a file that has no execute bit.</summary>
    private static bool IsOverridden(Inode inode, uint wanted, ulong capabilities)
    {
        bool isDirectory = inode.Kind == InodeKind.Directory;
        if ((capabilities >> Capability.OverrideAccess & 1) != 0) return isDirectory || (wanted & Execute) == 0 || (inode.Mode & AnyExecute) != 0;
        return (capabilities >> Capability.ReadAndSearch & 1) != 0 && (isDirectory ? (wanted & Write) == 0 : wanted == Read);
    }
}
