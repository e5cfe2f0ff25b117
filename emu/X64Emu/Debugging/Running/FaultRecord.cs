using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>The access that page-faulted.</summary>
public enum FaultAccess
{
    /// <summary>A data read.</summary>
    Read,

    /// <summary>A data write.</summary>
    Write,

    /// <summary>An instruction fetch.</summary>
    Execute,
}

/// <summary>One page fault that the guest kernel has dealt with.</summary>
/// <param name="Number">1 for the first of the machine's life.</param>
/// <param name="Kind">How it was resolved.</param>
/// <param name="Traits">What the kernel says about it.</param>
/// <param name="Address">The address that faulted.</param>
/// <param name="Pid">The process.</param>
/// <param name="Rip">The instruction that faulted.</param>
/// <param name="ErrorCode">What the processor pushed; null when it is not known.</param>
/// <param name="InstructionCount">How many instructions had retired when it happened.</param>
/// <param name="FailedLevel">The paging level at which the walk ended: 4 PML4 to 1 page table; for a broken permission the level of the entry that maps
/// the page. Null when it is not known.</param>
public readonly record struct FaultRecord(
    long Number, GuestFaultKind Kind, GuestFaultTraits Traits, VirtualAddress Address, int Pid, VirtualAddress Rip,
    PageFaultErrorCode? ErrorCode, long InstructionCount, int? FailedLevel)
{
    /// <summary>The access that faulted.</summary>
    public FaultAccess Access =>
        ErrorCode is { IsFetch: true } ? FaultAccess.Execute : (Traits & GuestFaultTraits.Write) != 0 ? FaultAccess.Write : FaultAccess.Read;
}
