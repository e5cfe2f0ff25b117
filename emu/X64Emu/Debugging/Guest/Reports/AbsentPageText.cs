using X64Emu.Debugging.Memory.Reports;
using X64Emu.Paging;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>Pages that the processor does not see, in words.</summary>
public static class AbsentPageText
{
    /// <summary>What the kernel keeps in an entry that is not present; null when that is nothing.</summary>
    /// <param name="guest">The kernel; null when it is not known.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level, 1 for a page table's.</param>
    public static string? Describe(GuestKernel? guest, PageTableEntry entry, int level) => guest?.Absent(entry, level) switch
    {
        { Slot: { } slot } => $"in swap space: {Of(slot)}",
        { Kind: AbsentPageKind.NoAccess, Number: var frame } => $"no access (PROT_NONE) to frame {PagingWords.Hex(frame)}",
        _ => null,
    };

    /// <summary>A slot, who refers to it, and where the page is besides.</summary>
    public static string Of(SwapSlot slot)
    {
        string where = slot.CachedFrame is { } frame ? $"in the swap cache as frame {PagingWords.Hex(frame)}" : "not in the swap cache";
        return $"slot {PagingWords.Hex(slot.Number)}, {PagingWords.Number(slot.References)} reference{(slot.References == 1 ? "" : "s")}, {where}";
    }
}
