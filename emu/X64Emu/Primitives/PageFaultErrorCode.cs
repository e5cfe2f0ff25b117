namespace X64Emu.Primitives;

/// <summary>The error code that #PF pushes (Intel SDM Vol. 3A, figure 4-12).</summary>
/// <param name="Value">The raw 32-bit code.</param>
public readonly record struct PageFaultErrorCode(uint Value)
{
    /// <summary>Bit 0: the page was present and the access broke its permissions.</summary>
    public const uint PresentBit = 1;

    /// <summary>Bit 1: the access was a write.</summary>
    public const uint WriteBit = 2;

    /// <summary>Bit 2: the access came from user mode.</summary>
    public const uint UserBit = 4;

    /// <summary>Bit 3: a reserved bit was set in a paging-structure entry.</summary>
    public const uint ReservedBit = 8;

    /// <summary>Bit 4: the access was an instruction fetch (reported when NX or SMEP is on).</summary>
    public const uint FetchBit = 16;

    /// <summary>The page was present and the access broke its permissions.</summary>
    public bool IsPresent => (Value & PresentBit) != 0;

    /// <summary>The access was a write.</summary>
    public bool IsWrite => (Value & WriteBit) != 0;

    /// <summary>The access came from user mode.</summary>
    public bool IsUser => (Value & UserBit) != 0;

    /// <summary>A reserved bit was set in a paging-structure entry.</summary>
    public bool IsReserved => (Value & ReservedBit) != 0;

    /// <summary>The access was an instruction fetch.</summary>
    public bool IsFetch => (Value & FetchBit) != 0;
}
