using X64Emu.Primitives;

namespace X64Emu.Gdb.Target;

/// <summary>What gdb can ask the target to stop at: the digit of its Z packets.</summary>
public enum TargetPointKind
{
    /// <summary>A breakpoint. Memory is not changed for it.</summary>
    SoftwareBreakpoint = 0,

    /// <summary>The same, answered as a hardware breakpoint.</summary>
    HardwareBreakpoint = 1,

    /// <summary>Writes.</summary>
    WriteWatchpoint = 2,

    /// <summary>Reads.</summary>
    ReadWatchpoint = 3,

    /// <summary>Reads and writes.</summary>
    AccessWatchpoint = 4,
}

/// <summary>A place to stop at.</summary>
/// <param name="Kind">On what.</param>
/// <param name="Pid">In which process; addresses of the kernel half are the same for all.</param>
/// <param name="Address">Where.</param>
/// <param name="LengthBytes">How much is watched; for breakpoints without meaning.</param>
public readonly record struct TargetPoint(TargetPointKind Kind, int Pid, VirtualAddress Address, ulong LengthBytes);
