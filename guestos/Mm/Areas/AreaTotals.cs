namespace GuestOs.Mm;

/// <summary>Pages of an address space's areas by kind: what limits and /proc look at.</summary>
internal struct AreaTotals
{
    /// <summary>All of them.</summary>
    public ulong Pages;

    /// <summary>Private, writable, not a stack: what RLIMIT_DATA limits.</summary>
    public ulong DataPages;

    /// <summary>Private stacks.</summary>
    public ulong StackPages;

    /// <summary>Locked ones.</summary>
    public ulong LockedPages;

    /// <summary>Those that count against the commit limit.</summary>
    public ulong AccountedPages;

    /// <summary>True for memory that RLIMIT_DATA limits.</summary>
    public static bool IsData(VmFlags flags) => (flags & (VmFlags.Write | VmFlags.Shared | VmFlags.GrowsDown)) == VmFlags.Write;

    public void Add(VmFlags flags, ulong pages) => Change(flags, pages);

    public void Subtract(VmFlags flags, ulong pages) => Change(flags, 0 - pages);

    private void Change(VmFlags flags, ulong pages)
    {
        Pages += pages;
        if (IsData(flags)) DataPages += pages;
        if ((flags & (VmFlags.GrowsDown | VmFlags.Shared)) == VmFlags.GrowsDown) StackPages += pages;
        if ((flags & VmFlags.Locked) != 0) LockedPages += pages;
        if ((flags & VmFlags.Accounted) == 0) return;
        AccountedPages += pages;
        CommitCharge.Change(pages);
    }
}
