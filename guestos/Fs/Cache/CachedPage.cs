namespace GuestOs.Fs;

/// <summary>What a page cache holds of a page: nothing, a frame, or the slot of swap space that took the frame's place.</summary>
internal readonly struct CachedPage
{
    private const ulong DirtyBit = 1;
    private const ulong SwapBit = 1UL << 63;
    private const ulong UnwrittenBit = 1UL << 62;
    private const ulong AllFlags = DirtyBit | SwapBit | UnwrittenBit;
    private const int NumberShift = 1;

    /// <param name="word">0 for nothing.</param>
    public CachedPage(ulong word) => Word = word;

    /// <summary>As <see cref="Mm.PageTree"/> stores it.</summary>
    public ulong Word { get; }

    public bool IsNothing => Word == 0;

    /// <summary>True when the page was changed since it was read or written back.</summary>
    public bool IsDirty => (Word & DirtyBit) != 0;

    public bool IsSwapped => (Word & SwapBit) != 0;

    /// <summary>True for a page of a file in memory that fallocate has made and nobody has written or mapped: it still counts as a hole.</summary>
    public bool IsUnwritten => (Word & UnwrittenBit) != 0;

    /// <summary>The frame, or 0 when there is none.</summary>
    public uint Frame => IsSwapped ? 0 : (uint)((Word & ~AllFlags) >> NumberShift);

    /// <summary>The slot of a page that <see cref="IsSwapped"/>.</summary>
    public uint Slot => (uint)((Word & ~AllFlags) >> NumberShift);

    /// <summary>The same page in another frame.</summary>
    public CachedPage In(uint frame) => new CachedPage(Word & AllFlags | (ulong)frame << NumberShift);

    public CachedPage Unwritten => new CachedPage(Word | UnwrittenBit);

    public CachedPage Written => new CachedPage(Word & ~UnwrittenBit);

    public CachedPage Dirtied => new CachedPage(Word | DirtyBit);

    public CachedPage Cleaned => new CachedPage(Word & ~DirtyBit);

    public static CachedPage InFrame(uint frame) => new CachedPage((ulong)frame << NumberShift);

    public static CachedPage InSlot(uint slot) => new CachedPage(SwapBit | (ulong)slot << NumberShift);
}
