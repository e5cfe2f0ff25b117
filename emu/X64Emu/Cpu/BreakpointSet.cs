using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Virtual and physical addresses at which the processor stops with <see cref="StopReason.Breakpoint"/> before the instruction there
/// runs. Running on executes it. Code without breakpoints pays nothing, and no breakpoint changes a count.</summary>
public sealed class BreakpointSet
{
    private readonly HashSet<ulong> virtualAddresses = [], physicalAddresses = [];

    internal BreakpointSet()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => virtualAddresses.Count + physicalAddresses.Count;

    /// <summary>Set when addresses came or went: decoded blocks no longer fit.</summary>
    internal bool HasChanged { get; set; }

    /// <summary>Whether there are physical ones.</summary>
    internal bool HasPhysical => physicalAddresses.Count > 0;

    /// <summary>Adds an address, which stops in every address space; false when it was there.</summary>
    public bool Add(VirtualAddress address) => Changed(virtualAddresses.Add(address.Value));

    /// <summary>Adds the physical address of an instruction's first byte, which stops wherever it is mapped; false when it was there.</summary>
    public bool AddPhysical(PhysicalAddress address) => Changed(physicalAddresses.Add(address.Value));

    /// <summary>Takes an address out; false when it was not there.</summary>
    public bool Remove(VirtualAddress address) => Changed(virtualAddresses.Remove(address.Value));

    /// <summary>Takes a physical address out; false when it was not there.</summary>
    public bool RemovePhysical(PhysicalAddress address) => Changed(physicalAddresses.Remove(address.Value));

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        HasChanged |= Count > 0;
        virtualAddresses.Clear();
        physicalAddresses.Clear();
    }

    /// <summary>Whether the processor stops at an address in every address space.</summary>
    public bool Contains(VirtualAddress address) => virtualAddresses.Contains(address.Value);

    /// <summary>Whether the processor stops at a physical address.</summary>
    public bool ContainsPhysical(PhysicalAddress address) => physicalAddresses.Contains(address.Value);

    internal bool Contains(ulong virtualAddress) => virtualAddresses.Count > 0 && virtualAddresses.Contains(virtualAddress);

    internal bool ContainsPhysical(ulong physicalAddress) => physicalAddresses.Count > 0 && physicalAddresses.Contains(physicalAddress);

    /// <summary>Whether there is one in a run of code.</summary>
    internal bool AnyIn(ulong virtualAddress, ulong physicalAddress, ulong lengthBytes) =>
        AnyIn(virtualAddresses, virtualAddress, lengthBytes) || AnyIn(physicalAddresses, physicalAddress, lengthBytes);

    private static bool AnyIn(HashSet<ulong> addresses, ulong start, ulong lengthBytes)
    {
        foreach (ulong address in addresses)
        {
            if (address - start < lengthBytes) return true;
        }
        return false;
    }

    private bool Changed(bool changed)
    {
        HasChanged |= changed;
        return changed;
    }
}
