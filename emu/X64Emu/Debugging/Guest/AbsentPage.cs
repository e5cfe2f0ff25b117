namespace X64Emu.Debugging.Guest;

/// <summary>Why a page is known to the kernel and not present for the processor.</summary>
public enum AbsentPageKind
{
    /// <summary>It is in swap space.</summary>
    Swapped,

    /// <summary>It is in memory, and the area forbids every access (PROT_NONE).</summary>
    NoAccess,
}

/// <summary>A slot of swap space.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="References">How many page-table entries and memory files refer to it.</param>
/// <param name="CachedFrame">The frame in which the swap cache has the page, too; null when it is on the disk alone.</param>
public readonly record struct SwapSlot(ulong Number, uint References, ulong? CachedFrame);

/// <summary>What the kernel keeps in a page-table entry that is not present.</summary>
/// <param name="Kind">Why it is not.</param>
/// <param name="Number">The slot, or the frame.</param>
/// <param name="Slot">The slot, for a page in swap space.</param>
public readonly record struct AbsentPage(AbsentPageKind Kind, ulong Number, SwapSlot? Slot);
