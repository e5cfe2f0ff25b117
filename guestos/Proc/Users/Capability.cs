namespace GuestOs.Proc;

/// <summary>Numbers of the capabilities this kernel asks for (Linux's uapi/linux/capability.h).</summary>
internal static class Capability
{
    public const int ChangeOwner = 0;
    public const int OverrideAccess = 1;
    public const int ReadAndSearch = 2;
    public const int Owner = 3;
    public const int KeepSetIdBits = 4;
    public const int Kill = 5;
    public const int SetGroup = 6;
    public const int SetUser = 7;
    public const int SetCapabilities = 8;
    public const int LockMemory = 14;
    public const int OwnInterprocess = 15;
    public const int Trace = 19;
    public const int Administer = 21;
    public const int Boot = 22;
    public const int Nice = 23;
    public const int ExceedResources = 24;
    public const int MakeNodes = 27;
    public const int SystemLog = 34;

    /// <summary>The last one there is.</summary>
    public const int Last = 40;

    /// <summary>All of them.</summary>
    public const ulong All = (1UL << (Last + 1)) - 1;

    /// <summary>Those that setfsuid takes and gives: what concerns files.</summary>
    public const ulong OfFiles = 1 << ChangeOwner | 1 << OverrideAccess | 1 << ReadAndSearch | 1 << Owner | 1 << KeepSetIdBits | 1 << MakeNodes | 1UL << 9 | 1UL << 32;
}

/// <summary>A thread's capability sets (capabilities(7)); bit n is capability n.</summary>
internal struct CapabilitySets
{
    public ulong Effective;
    public ulong Permitted;
    public ulong Inheritable;
    public ulong Bounding;
    public ulong Ambient;

    /// <summary>What the first process has.</summary>
    public static CapabilitySets Full => new CapabilitySets { Effective = Capability.All, Permitted = Capability.All, Bounding = Capability.All };

    /// <summary>The user numbers changed from one identity to another: root's capabilities go with the last number of root.</summary>
    /// <param name="keepsPermitted">PR_SET_KEEPCAPS.</param>
    public void FollowUser(in Identity old, in Identity current, bool keepsPermitted)
    {
        if (old.Includes(0) && !current.Includes(0))
        {
            if (!keepsPermitted) Permitted = Effective = 0;
            Ambient = 0;
        }
        if (old.Effective == 0 && current.Effective != 0) Effective = 0;
        if (old.Effective != 0 && current.Effective == 0) Effective = Permitted;
    }

    /// <summary>setfsuid alone changed the number.</summary>
    public void FollowFileUser(uint old, uint current)
    {
        if (old == 0 && current != 0) Effective &= ~Capability.OfFiles;
        if (old != 0 && current == 0) Effective |= Permitted & Capability.OfFiles;
    }

    /// <summary>What a new program has; files carry no capabilities here, so only root gets any but the ambient ones.</summary>
    /// <param name="user">The user numbers the program starts with.</param>
    /// <param name="isSetId">The file's set-user-ID or set-group-ID bit made the numbers differ.</param>
    public void Execute(in Identity user, bool isSetId)
    {
        if (isSetId) Ambient = 0;
        bool isRoot = user.Real == 0 || user.Effective == 0;
        Permitted = (isRoot ? Bounding | Inheritable : 0) | Ambient;
        Effective = user.Effective == 0 ? Permitted : Ambient;
    }
}
