using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Stops before the instruction at one of some places runs.</summary>
public sealed class Breakpoint : StopPoint
{
    /// <summary>A breakpoint on virtual addresses, whichever address space is loaded; see <see cref="StopPoint.Pid"/>.</summary>
    /// <param name="addresses">At least one, such as all places of a source line.</param>
    public Breakpoint(params IReadOnlyList<VirtualAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.Count == 0) throw new ArgumentException("a breakpoint needs an address", nameof(addresses));
        Addresses = [.. addresses];
    }

    /// <summary>A breakpoint on the physical memory that holds the instruction's first byte, at whatever virtual address it is executed.</summary>
    public Breakpoint(PhysicalAddress address)
    {
        Addresses = [];
        Physical = address;
    }

    /// <summary>The virtual addresses; empty for a physical breakpoint.</summary>
    public IReadOnlyList<VirtualAddress> Addresses { get; }

    /// <summary>The physical address; null for a virtual breakpoint.</summary>
    public PhysicalAddress? Physical { get; }
}
