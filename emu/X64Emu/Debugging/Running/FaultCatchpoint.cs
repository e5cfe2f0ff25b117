using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Stops where the guest kernel has dealt with a page fault that passes all filters.</summary>
public sealed class FaultCatchpoint : Catchpoint
{
    /// <summary>How the fault was resolved; null for any way.</summary>
    public GuestFaultKind? Kind { get; init; }

    /// <summary>What must be true of the fault, all of it.</summary>
    public GuestFaultTraits Traits { get; init; }

    /// <summary>The access that faulted; null for any.</summary>
    public FaultAccess? Access { get; init; }

    /// <summary>The lowest address; null for no bound.</summary>
    public VirtualAddress? First { get; init; }

    /// <summary>The highest address; null for no bound.</summary>
    public VirtualAddress? Last { get; init; }

    internal bool Matches(in FaultRecord fault) =>
        Concerns(fault.Pid)
        && (fault.Traits & Traits) == Traits
        && (Kind is null || Kind == fault.Kind)
        && (Access is null || Access == fault.Access)
        && (First is null || fault.Address.Value >= First.Value.Value)
        && (Last is null || fault.Address.Value <= Last.Value.Value);
}
