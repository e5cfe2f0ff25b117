using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Virtual addresses at which the processor stops with <see cref="StopReason.Breakpoint"/> before the instruction there runs.
/// Running on executes it. Blocks end in front of these addresses, so code without breakpoints pays nothing.</summary>
public sealed class BreakpointSet
{
    private readonly HashSet<ulong> addresses = [];

    internal BreakpointSet()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => addresses.Count;

    /// <summary>Set when addresses came or went: decoded blocks no longer fit.</summary>
    internal bool HasChanged { get; set; }

    /// <summary>Adds an address; false when it was there.</summary>
    public bool Add(VirtualAddress address)
    {
        bool added = addresses.Add(address.Value);
        HasChanged |= added;
        return added;
    }

    /// <summary>Takes an address out; false when it was not there.</summary>
    public bool Remove(VirtualAddress address)
    {
        bool removed = addresses.Remove(address.Value);
        HasChanged |= removed;
        return removed;
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        HasChanged |= addresses.Count > 0;
        addresses.Clear();
    }

    /// <summary>Whether the processor stops at an address.</summary>
    public bool Contains(VirtualAddress address) => Contains(address.Value);

    internal bool Contains(ulong address) => addresses.Count > 0 && addresses.Contains(address);
}
