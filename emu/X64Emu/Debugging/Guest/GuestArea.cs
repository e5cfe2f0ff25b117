using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>Permissions and nature of a <see cref="GuestArea"/>.</summary>
[Flags]
public enum GuestAreaRights
{
    /// <summary>No access (PROT_NONE).</summary>
    None = 0,

    /// <summary>PROT_READ.</summary>
    Read = 1,

    /// <summary>PROT_WRITE.</summary>
    Write = 2,

    /// <summary>PROT_EXEC.</summary>
    Execute = 4,

    /// <summary>MAP_SHARED.</summary>
    Shared = 8,

    /// <summary>A stack that grows when it is touched below.</summary>
    GrowsDown = 16,
}

/// <summary>A virtual memory area (VMA) of a process, as the kernel has it: a line of /proc/PID/maps.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">The address after the last byte.</param>
/// <param name="Flags">Permissions and nature.</param>
/// <param name="FilePath">Path of the mapped file in the guest; null for anonymous memory and the kernel's own pages.</param>
/// <param name="FileOffset">Offset in the file of <paramref name="Start"/>, in bytes.</param>
/// <param name="Name">What /proc/PID/maps shows: the path, [heap], [stack], [vdso] or the like, or nothing.</param>
public sealed record GuestArea(VirtualAddress Start, VirtualAddress End, GuestAreaRights Flags, string? FilePath, ulong FileOffset, string Name)
{
    /// <summary>The file system's device number; 0 without a file.</summary>
    public uint Device { get; init; }

    /// <summary>The file's inode number; 0 without a file.</summary>
    public ulong InodeNumber { get; init; }

    /// <summary>The kernel's object that pages come from; 0 for anonymous memory.</summary>
    internal ulong SourceAddress { get; init; }

    /// <summary>Its length in bytes.</summary>
    public ulong LengthBytes => End.Value - Start.Value;

    /// <summary>True for MAP_SHARED.</summary>
    public bool IsShared => (Flags & GuestAreaRights.Shared) != 0;

    /// <summary>True for PROT_WRITE.</summary>
    public bool IsWritable => (Flags & GuestAreaRights.Write) != 0;

    /// <summary>True when the address is in the area.</summary>
    public bool Contains(VirtualAddress address) => address.Value >= Start.Value && address.Value < End.Value;

    /// <summary>The permissions as /proc/PID/maps prints them, such as rw-p.</summary>
    public string Permissions => string.Create(4, Flags, static (text, flags) =>
    {
        text[0] = (flags & GuestAreaRights.Read) != 0 ? 'r' : '-';
        text[1] = (flags & GuestAreaRights.Write) != 0 ? 'w' : '-';
        text[2] = (flags & GuestAreaRights.Execute) != 0 ? 'x' : '-';
        text[3] = (flags & GuestAreaRights.Shared) != 0 ? 's' : 'p';
    });
}
