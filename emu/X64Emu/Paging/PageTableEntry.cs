using X64Emu.Primitives;

namespace X64Emu.Paging;

/// <summary>One 8-byte entry of a PML4, PDPT, page directory or page table (Intel SDM Vol. 3A, figure 4-11).</summary>
/// <param name="Value">The raw entry.</param>
public readonly record struct PageTableEntry(ulong Value)
{
    /// <summary>How many physical address bits the machine has; higher ones are reserved in entries.</summary>
    public const int PhysicalAddressBits = 46;

    /// <summary>Bits 12..45: where the next table or the page is.</summary>
    public const ulong AddressMask = (1UL << PhysicalAddressBits) - 1 & ~0xfffUL;

    internal const ulong PresentBit = 1, WritableBit = 2, UserBit = 4, AccessedBit = 0x20, DirtyBit = 0x40, PageSizeBit = 0x80, GlobalBit = 0x100;
    internal const ulong NoExecuteBit = 1UL << 63;

    private const ulong AddressBitsBeyondMachine = 0x000f_ffff_ffff_ffffUL & ~((1UL << PhysicalAddressBits) - 1);

    /// <summary>P: the entry maps something.</summary>
    public bool IsPresent => (Value & PresentBit) != 0;

    /// <summary>R/W: writes are allowed.</summary>
    public bool IsWritable => (Value & WritableBit) != 0;

    /// <summary>U/S: user mode may use it.</summary>
    public bool IsUser => (Value & UserBit) != 0;

    /// <summary>A: the entry has been used by a translation.</summary>
    public bool IsAccessed => (Value & AccessedBit) != 0;

    /// <summary>D: the page has been written (leaf entries).</summary>
    public bool IsDirty => (Value & DirtyBit) != 0;

    /// <summary>PS: a PDPT or directory entry that maps a 1 GiB or 2 MiB page.</summary>
    public bool IsLargePage => (Value & PageSizeBit) != 0;

    /// <summary>G: the translation survives a load of CR3 when CR4.PGE is on (leaf entries).</summary>
    public bool IsGlobal => (Value & GlobalBit) != 0;

    /// <summary>XD: instruction fetches are not allowed when EFER.NXE is on.</summary>
    public bool IsNoExecute => (Value & NoExecuteBit) != 0;

    /// <summary>The table or 4 KiB frame the entry points to.</summary>
    public PhysicalAddress Address => new(Value & AddressMask);

    /// <summary>True when a bit is set that the level reserves (Intel SDM Vol. 3A, 4.5.4).</summary>
    /// <param name="level">4 PML4, 3 PDPT, 2 directory, 1 page table.</param>
    /// <param name="noExecuteEnabled">EFER.NXE; bit 63 is reserved without it.</param>
    public bool HasReservedBits(int level, bool noExecuteEnabled)
    {
        ulong reserved = AddressBitsBeyondMachine;
        if (!noExecuteEnabled) reserved |= NoExecuteBit;
        if (level == 4) reserved |= PageSizeBit;
        else if (IsLargePage && level == 3) reserved |= 0x3fff_e000;
        else if (IsLargePage && level == 2) reserved |= 0x001f_e000;
        return (Value & reserved) != 0;
    }
}
