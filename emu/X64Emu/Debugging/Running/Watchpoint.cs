using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Stops behind an instruction that has read or written some bytes.</summary>
public sealed class Watchpoint : StopPoint
{
    /// <summary>The longest range: 1 GiB.</summary>
    public const ulong MostBytes = 1UL << 30;

    /// <summary>Watches virtual addresses, whichever address space is loaded; see <see cref="StopPoint.Pid"/>.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">1 to <see cref="MostBytes"/>.</param>
    /// <param name="access">Reads, writes or both.</param>
    /// <exception cref="ArgumentException">The range is too long, empty or wraps around, or no access is meant.</exception>
    public Watchpoint(VirtualAddress start, ulong lengthBytes, WatchAccess access)
        : this(start.Value, lengthBytes, access) => Start = start;

    /// <summary>Watches physical memory, by whatever virtual address it is reached.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">1 to <see cref="MostBytes"/>.</param>
    /// <param name="access">Reads, writes or both.</param>
    /// <exception cref="ArgumentException">The range is too long, empty or wraps around, or no access is meant.</exception>
    public Watchpoint(PhysicalAddress start, ulong lengthBytes, WatchAccess access)
        : this(start.Value, lengthBytes, access) => Physical = start;

    private Watchpoint(ulong first, ulong lengthBytes, WatchAccess access)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, MostBytes);
        if (first + (lengthBytes - 1) < first) throw new ArgumentOutOfRangeException(nameof(lengthBytes), "the watched range wraps around");
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
