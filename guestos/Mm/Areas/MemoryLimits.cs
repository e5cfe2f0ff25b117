namespace GuestOs.Mm;

/// <summary>The resource limits that memory management enforces, in bytes; <see cref="ulong.MaxValue"/> is none.</summary>
internal struct MemoryLimits
{
    /// <summary>RLIMIT_AS: all mappings together.</summary>
    public ulong AddressSpaceBytes;

    /// <summary>RLIMIT_DATA: private writable memory together with the heap.</summary>
    public ulong DataBytes;

    /// <summary>RLIMIT_STACK: how far a stack grows.</summary>
    public ulong StackBytes;

    /// <summary>RLIMIT_MEMLOCK; none for who has CAP_IPC_LOCK.</summary>
    public ulong LockedBytes;

    /// <summary>False when nothing at all may be locked.</summary>
    public bool MayLock;

    public static MemoryLimits Default => new MemoryLimits
    {
        AddressSpaceBytes = ulong.MaxValue,
        DataBytes = ulong.MaxValue,
        StackBytes = StackGrowth.DefaultLimitBytes,
        LockedBytes = 8 << 20,
        MayLock = true,
    };

    /// <summary>True when mappings with these flags may grow by so many bytes.</summary>
    public readonly bool Allow(in AreaTotals totals, VmFlags flags, ulong bytes)
    {
        if (((totals.Pages << 12) + bytes) > AddressSpaceBytes) return false;
        return !AreaTotals.IsData(flags) || AllowData(totals, bytes);
    }

    /// <summary>True when so many bytes more may be locked.</summary>
    public readonly bool AllowLocked(in AreaTotals totals, ulong bytes) => (totals.LockedPages << 12) + bytes <= LockedBytes;

    /// <summary>True when private writable memory may grow by so many bytes.</summary>
    public readonly bool AllowData(in AreaTotals totals, ulong bytes) => (totals.DataPages << 12) + bytes <= DataBytes;
}
