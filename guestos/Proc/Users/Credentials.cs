namespace GuestOs.Proc;

/// <summary>
/// Who a thread is (credentials(7)): users, groups, capabilities. A thread changes its own alone; C libraries see to it that all of a process do the same.
/// </summary>
internal struct Credentials
{
    public Identity User;
    public Identity Group;
    public CapabilitySets Capabilities;

    /// <summary>Supplementary groups, with a reference; null for none.</summary>
    public GroupList Groups;

    /// <summary>What its real user's threads use together, with a reference.</summary>
    public UserAccount Account;

    /// <summary>PR_SET_KEEPCAPS; exec forgets it.</summary>
    public bool KeepsCapabilities;

    /// <summary>PR_SET_NO_NEW_PRIVS: exec gives nothing.</summary>
    public bool HasNoNewPrivileges;

    /// <summary>Those of root.</summary>
    public static Credentials OfRoot => new Credentials { Capabilities = CapabilitySets.Full, Account = UserAccount.Of(0) };

    /// <summary>Those of the running thread.</summary>
    public static ref Credentials Current => ref Scheduler.Current.Credentials;

    /// <summary>True when the running thread has a capability.</summary>
    /// <param name="capability">One of <see cref="Capability"/>.</param>
    public static bool CurrentHas(int capability) => Current.Has(capability);

    /// <summary>True when the capability is effective.</summary>
    public readonly bool Has(int capability) => (Capabilities.Effective >> capability & 1) != 0;

    /// <summary>True when files of the group are the thread's: by its number for files or a supplementary group.</summary>
    public readonly bool IsInGroup(uint group) => Group.OfFiles == group || HasSupplementary(group);

    /// <summary>True when a group is among the supplementary ones.</summary>
    public readonly bool HasSupplementary(uint group) => Groups != null && Groups.Contains(group);

    /// <summary>The same credentials for a child.</summary>
    public readonly Credentials Clone()
    {
        Groups?.AddReference();
        Account.AddReference();
        return this;
    }

    /// <summary>Gives the group list and the account up; fine when there are none.</summary>
    public void Release()
    {
        Groups?.Release();
        Groups = null;
        Account?.Release();
        Account = null;
    }

    /// <summary>The real user changed: its account counts the thread from now on.</summary>
    public void ChangeAccount()
    {
        Account.TaskCount--;
        Account.Release();
        Account = UserAccount.Of(User.Real);
        Account.TaskCount++;
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
