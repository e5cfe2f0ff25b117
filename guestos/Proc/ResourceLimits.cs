using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>A soft and a hard limit as getrlimit tells them; <see cref="ulong.MaxValue"/> is none.</summary>
internal struct ResourceLimit
{
    public ulong Soft, Hard;

    public ResourceLimit(ulong soft, ulong hard)
    {
        Soft = soft;
        Hard = hard;
    }
}

/// <summary>A process's resource limits; fork copies them, exec keeps them.</summary>
internal unsafe struct ResourceLimits
{
    public const int Count = 16;

    public const int CpuTime = 0;
    public const int FileSize = 1;
    public const int Data = 2;
    public const int Stack = 3;
    public const int CoreFile = 4;
    public const int Processes = 6;
    public const int OpenFiles = 7;
    public const int LockedMemory = 8;
    public const int AddressSpace = 9;
    public const int PendingSignals = 11;
    public const int MessageQueues = 12;
    public const int Nice = 13;
    public const int RealTimePriority = 14;
    public const int RealTimeTime = 15;

    private const ulong Unlimited = ulong.MaxValue;
    private fixed ulong _values[2 * Count];

    /// <summary>What Linux gives its first process, as far as this kernel's own bounds allow.</summary>
    public static ResourceLimits Default
    {
        get
        {
            ResourceLimits limits = default;
            for (int resource = 0; resource < Count; resource++) limits.Set(resource, new ResourceLimit(Unlimited, Unlimited));
            limits.Set(Stack, new ResourceLimit(StackGrowth.DefaultLimitBytes, Unlimited));
            limits.Set(CoreFile, new ResourceLimit(0, Unlimited));
            limits.Set(Processes, new ResourceLimit(ProcessTable.MaximumPid / 2, ProcessTable.MaximumPid / 2));
            limits.Set(OpenFiles, new ResourceLimit(FileTable.MaximumFiles, FileTable.MaximumFiles));
            limits.Set(LockedMemory, new ResourceLimit(8 << 20, 8 << 20));
            limits.Set(PendingSignals, new ResourceLimit(4096, 4096));
            limits.Set(MessageQueues, new ResourceLimit(819200, 819200));
            limits.Set(Nice, new ResourceLimit(0, 0));
            limits.Set(RealTimePriority, new ResourceLimit(0, 0));
            return limits;
        }
    }

    /// <summary>Those that memory management enforces.</summary>
    public readonly MemoryLimits ForMemory => new MemoryLimits
    {
        AddressSpaceBytes = _values[2 * AddressSpace],
        DataBytes = _values[2 * Data],
        StackBytes = _values[2 * Stack],
        LockedBytes = _values[2 * LockedMemory],
    };

    /// <param name="resource">Below <see cref="Count"/>.</param>
    public readonly ResourceLimit Get(int resource) => new ResourceLimit(_values[2 * resource], _values[2 * resource + 1]);

    /// <param name="resource">Below <see cref="Count"/>.</param>
    public void Set(int resource, ResourceLimit limit)
    {
        _values[2 * resource] = limit.Soft;
        _values[2 * resource + 1] = limit.Hard;
    }
}
