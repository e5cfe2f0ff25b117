namespace X64Emu.Devices.NineP;

/// <summary>What lstat tells of a file, in Linux's units and encodings.</summary>
public readonly record struct FileAttributes
{
    internal const uint KindMask = 0xf000;
    internal const uint DirectoryKind = 0x4000;
    internal const uint RegularKind = 0x8000;
    internal const uint SymbolicLinkKind = 0xa000;

    /// <summary>A number for the file system it is on.</summary>
    public ulong Device { get; init; }

    /// <summary>Its number there.</summary>
    public ulong Inode { get; init; }

    /// <summary>st_mode: kind and permissions.</summary>
    public uint Mode { get; init; }

    /// <summary>The owner.</summary>
    public uint UserId { get; init; }

    /// <summary>The group.</summary>
    public uint GroupId { get; init; }

    /// <summary>The number of names it has.</summary>
    public ulong LinkCount { get; init; }

    /// <summary>The device number of a device file, in Linux's 32-bit encoding.</summary>
    public ulong SpecialDevice { get; init; }

    /// <summary>The size.</summary>
    public ulong LengthBytes { get; init; }

    /// <summary>The preferred transfer size.</summary>
    public ulong BlockBytes { get; init; }

    /// <summary>The room it takes, in units of 512 bytes.</summary>
    public ulong Blocks { get; init; }

    /// <summary>Last access, seconds since 1970.</summary>
    public long AccessedSeconds { get; init; }

    /// <summary>Last access, nanoseconds of the second.</summary>
    public uint AccessedNanoseconds { get; init; }

    /// <summary>Last change of the content, seconds since 1970.</summary>
    public long ModifiedSeconds { get; init; }

    /// <summary>Last change of the content, nanoseconds of the second.</summary>
    public uint ModifiedNanoseconds { get; init; }

    /// <summary>Last change of the attributes, seconds since 1970.</summary>
    public long ChangedSeconds { get; init; }

    /// <summary>Last change of the attributes, nanoseconds of the second.</summary>
    public uint ChangedNanoseconds { get; init; }

    internal bool IsDirectory => (Mode & KindMask) == DirectoryKind;

    internal bool IsRegular => (Mode & KindMask) == RegularKind;

    internal bool IsSymbolicLink => (Mode & KindMask) == SymbolicLinkKind;
}
