using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Stops behind an instruction that has read or written some bytes.</summary>
public sealed class Watchpoint : StopPoint
{
    /// <summary>Watches virtual addresses, whichever address space is loaded; see <see cref="StopPoint.Pid"/>.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <param name="access">Reads, writes or both.</param>
    public Watchpoint(VirtualAddress start, ulong lengthBytes, WatchAccess access)
        : this(lengthBytes, access) => Start = start;

    /// <summary>Watches physical memory, by whatever virtual address it is reached.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <param name="access">Reads, writes or both.</param>
    public Watchpoint(PhysicalAddress start, ulong lengthBytes, WatchAccess access)
        : this(lengthBytes, access) => Physical = start;

    private Watchpoint(ulong lengthBytes, WatchAccess access)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        if ((access & WatchAccess.ReadWrite) == 0) throw new ArgumentOutOfRangeException(nameof(access));
        LengthBytes = lengthBytes;
        Access = access;
    }

    /// <summary>The first byte; null for a physical watchpoint.</summary>
    public VirtualAddress? Start { get; }

    /// <summary>The first byte; null for a virtual watchpoint.</summary>
    public PhysicalAddress? Physical { get; }

    /// <summary>How many bytes are watched.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Which accesses stop.</summary>
    public WatchAccess Access { get; }

    /// <summary>The first byte's address of whichever kind.</summary>
    internal ulong FirstByte => Start?.Value ?? Physical!.Value.Value;
}
