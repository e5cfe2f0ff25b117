namespace X64Emu.Debugging.Running;

/// <summary>The last page faults of a guest, oldest first.</summary>
public sealed class FaultLog
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 4096;

    private readonly FaultRecord[] ring = new FaultRecord[Capacity];

    /// <summary>How many there were since the machine's start.</summary>
    public long Total { get; private set; }

    /// <summary>Called for each fault, on the thread that runs the machine, inside the instruction that reports it.</summary>
    public event Action<FaultRecord>? Added;

    /// <summary>The last faults, oldest first; fewer than asked for when there were not so many or they are forgotten.</summary>
    /// <param name="most">At least 0.</param>
    public IReadOnlyList<FaultRecord> Recent(int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        int count = (int)Math.Min(Math.Min(most, Capacity), Total);
        FaultRecord[] recent = new FaultRecord[count];
        for (int index = 0; index < count; index++) recent[index] = ring[(Total - count + index) % Capacity];
        return recent;
    }

    internal void Add(in FaultRecord fault)
    {
        ring[Total % Capacity] = fault;
        Total++;
        Added?.Invoke(fault);
    }

    internal void Clear() => Total = 0;
}
