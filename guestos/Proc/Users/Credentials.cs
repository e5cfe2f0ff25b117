namespace GuestOs.Proc;

/// <summary>
/// Who a process is (credentials(7)): users, groups, capabilities. All threads share them; Linux's threads have their own, which C libraries
/// keep the same.
/// </summary>
internal struct Credentials
{
    public Identity User;
    public Identity Group;
    public CapabilitySets Capabilities;

    /// <summary>Supplementary groups, with a reference; null for none.</summary>
    public GroupList Groups;

    /// <summary>PR_SET_KEEPCAPS; exec forgets it.</summary>
    public bool KeepsCapabilities;

    /// <summary>PR_SET_NO_NEW_PRIVS: exec gives nothing.</summary>
    public bool HasNoNewPrivileges;

    /// <summary>Those of the running process.</summary>
    public static ref Credentials Current => ref Scheduler.Current.Process.Credentials;

    /// <summary>True when the running process has a capability.</summary>
    /// <param name="capability">One of <see cref="Capability"/>.</param>
    public static bool CurrentHas(int capability) => Current.Has(capability);

    /// <summary>True when the capability is effective.</summary>
    public readonly bool Has(int capability) => (Capabilities.Effective >> capability & 1) != 0;

    /// <summary>True when files of the group are the process's: by its number for files or a supplementary group.</summary>
    public readonly bool IsInGroup(uint group) => Group.OfFiles == group || HasSupplementary(group);

    /// <summary>True when a group is among the supplementary ones.</summary>
    public readonly bool HasSupplementary(uint group) => Groups != null && Groups.Contains(group);

    /// <summary>The same credentials for a child.</summary>
    public readonly Credentials Clone()
    {
        Groups?.AddReference();
        return this;
    }

    /// <summary>Gives the group list up.</summary>
    public void Release()
    {
        Groups?.Release();
        Groups = null;
    }

    /// <summary>Credentials of the program a file holds: its set-user-ID and set-group-ID bits count, unless PR_SET_NO_NEW_PRIVS forbids.</summary>
    /// <param name="isSecure">True when the C library is to distrust its environment: AT_SECURE.</param>
    public void Execute(Fs.Inode program, out bool isSecure)
    {
        const uint SetUser = 0x800, SetGroup = 0x400, GroupExecutes = 0x8;
        bool areBitsIgnored = program.FileSystem != null && (program.FileSystem.Flags & Fs.MountFlags.NoSetId) != 0;
        if (!HasNoNewPrivileges && !areBitsIgnored)
        {
            if ((program.Mode & SetUser) != 0) User.SetEffective(program.UserId);
            if ((program.Mode & (SetGroup | GroupExecutes)) == (SetGroup | GroupExecutes)) Group.SetEffective(program.GroupId);
        }
        isSecure = User.Effective != User.Real || Group.Effective != Group.Real;
        User.Saved = User.OfFiles = User.Effective;
        Group.Saved = Group.OfFiles = Group.Effective;
        Capabilities.Execute(User, isSecure);
        KeepsCapabilities = false;
    }
}
