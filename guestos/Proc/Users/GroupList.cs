using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Supplementary groups. Never changed once it is a thread's, so that others share it; counted.</summary>
internal sealed class GroupList
{
    /// <summary>NGROUPS_MAX.</summary>
    public const int MaximumCount = 65536;

    private int _references = 1;

    public GroupList(int count) => Groups = new uint[count];

    public uint[] Groups { get; }

    /// <summary>True when the group is in the list.</summary>
    public bool Contains(uint group)
    {
        for (int i = 0; i < Groups.Length; i++)
            if (Groups[i] == group) return true;
        return false;
    }

    public void AddReference() => _references++;

    public void Release()
    {
        if (--_references != 0) return;
        KernelHeap.Free(Groups);
        KernelHeap.Free(this);
    }
}
