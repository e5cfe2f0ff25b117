namespace GuestOs.Mm;

/// <summary>Where mmap looks for free addresses when the program leaves the choice to the kernel.</summary>
internal readonly struct SearchRange
{
    /// <summary>Where the search downward starts; not used when <see cref="IsBottomUp"/>.</summary>
    public readonly ulong Top;

    /// <summary>Where the search upward starts: the only one of the legacy layout, and the last resort of the other.</summary>
    public readonly ulong Bottom;

    /// <summary>The layout Linux once had: mappings grow toward the stack.</summary>
    public readonly bool IsBottomUp;

    /// <param name="top">Page aligned.</param>
    /// <param name="bottom">Page aligned.</param>
    /// <param name="isBottomUp">See <see cref="IsBottomUp"/>.</param>
    public SearchRange(ulong top, ulong bottom, bool isBottomUp)
    {
        Top = top;
        Bottom = bottom;
        IsBottomUp = isBottomUp;
    }

    /// <summary>A free range of <paramref name="lengthBytes"/>; 0 when there is none.</summary>
    public ulong Find(AddressSpace space, ulong lengthBytes)
    {
        ulong found = IsBottomUp ? 0 : space.HighestGap(lengthBytes, Map.MinimumAddress, Top);
        return found != 0 ? found : space.LowestGap(lengthBytes, Bottom, UserMemory.End);
    }
}
