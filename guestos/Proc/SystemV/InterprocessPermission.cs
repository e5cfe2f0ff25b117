namespace GuestOs.Proc;

/// <summary>struct ipc_perm: who owns a System V object, and who may use it (sysvipc(7)).</summary>
internal struct InterprocessPermission
{
    /// <summary>Read and write, in the bits of any of the mode's three classes.</summary>
    public const uint Read = 0x124;
    public const uint Write = 0x92;

    public uint UserId;
    public uint GroupId;
    public uint CreatorUserId;
    public uint CreatorGroupId;

    /// <summary>Permission bits.</summary>
    public uint Mode;

    /// <summary>True when the running process may change or remove it: its owner, its creator, CAP_SYS_ADMIN.</summary>
    public readonly bool IsOwner
    {
        get
        {
            uint user = Credentials.Current.User.Effective;
            return user == UserId || user == CreatorUserId || Credentials.CurrentHas(Capability.Administer);
        }
    }

    /// <summary>True when the running process may use it so.</summary>
    /// <param name="wanted">Mode bits; those of the three classes mean the same.</param>
    public readonly bool Allows(uint wanted)
    {
        ref Credentials own = ref Credentials.Current;
        uint granted = Mode;
        uint asked = (wanted >> 6 | wanted >> 3 | wanted) & 7;
        if (own.User.Effective == CreatorUserId || own.User.Effective == UserId) granted >>= 6;
        else if (own.Group.Effective == CreatorGroupId || own.Group.Effective == GroupId || own.HasSupplementary(CreatorGroupId) || own.HasSupplementary(GroupId))
            granted >>= 3;
        return (asked & ~granted) == 0 || own.Has(Capability.OwnInterprocess);
    }
}
