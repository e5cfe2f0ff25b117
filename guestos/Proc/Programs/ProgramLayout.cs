using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Where the parts of a new program go: Linux's places, and its distances at random where addresses are randomized (ASLR). The random numbers are
/// <see cref="RandomSource"/>'s, so that a run can be repeated.
/// </summary>
internal readonly struct ProgramLayout
{
    // ELF_ET_DYN_BASE: two thirds of the user's addresses.
    private const ulong PositionIndependentBase = 0x555555554aaa;

    private const ulong MapPages = 1UL << MapRandomBits;
    private const ulong StackPages = 1UL << 22;
    private const ulong HeapBytes = 1UL << 30;
    private const ulong StackSkewBytes = 8192;
    private const ulong SmallestStackGapBytes = 128 << 20;

    /// <summary>vm.mmap_rnd_bits: mappings start at one of 2^28 pages.</summary>
    public const int MapRandomBits = 28;

    private readonly bool _isRandom;
    private readonly bool _hasRandomHeap;

    /// <summary>The end of the stack's area.</summary>
    public readonly ulong StackTop;

    /// <summary>Bytes left free between the strings and the tables of the initial stack.</summary>
    public readonly ulong StackSkew;

    /// <summary>Where mmap looks for free addresses.</summary>
    public readonly SearchRange Search;

    private readonly ulong _programOffset;

    /// <summary>kernel.randomize_va_space: 0 nothing is random, 1 all but the heap, 2 the heap too.</summary>
    public static int RandomizeLevel;

    /// <summary>vm.legacy_va_layout: mappings grow upward from a third of the addresses.</summary>
    public static int LegacyLayout;

    /// <summary>Draws the places for one program.</summary>
    /// <param name="personality">Of the process: <see cref="Personality.NoRandomAddresses"/> and <see cref="Personality.CompatibleLayout"/> count.</param>
    /// <param name="stackLimitBytes">RLIMIT_STACK: that much room stays below the stack.</param>
    public ProgramLayout(uint personality, ulong stackLimitBytes)
    {
        this = default;
        _isRandom = RandomizeLevel != 0 && (personality & Personality.NoRandomAddresses) == 0;
        _hasRandomHeap = _isRandom && RandomizeLevel > 1;
        StackTop = UserMemory.End - (RandomBelow(StackPages) << 12);
        StackSkew = RandomBelow(StackSkewBytes);
        _programOffset = RandomBelow(MapPages) << 12;
        ulong mapOffset = RandomBelow(MapPages) << 12;
        ulong bottom = PageAligned(UserMemory.End / 3) + mapOffset;
        ulong top = PageAligned(UserMemory.End - StackGap(stackLimitBytes) - mapOffset);
        Search = new SearchRange(top, bottom, LegacyLayout != 0 || (personality & Personality.CompatibleLayout) != 0);
    }

    /// <summary>The first address of a position-independent program that has an interpreter.</summary>
    public ulong ProgramBase(ulong alignment) => (PositionIndependentBase + _programOffset) & ~(alignment - 1);

    /// <summary>Where the heap starts.</summary>
    /// <param name="programEnd">End of the program's last segment.</param>
    /// <param name="isInMappings">The program lies among the mappings, which would soon stop a heap behind it: it gets the place programs have else.</param>
    public ulong HeapStart(ulong programEnd, bool isInMappings)
    {
        ulong start = PageAligned(isInMappings ? PositionIndependentBase : programEnd);
        if (!_hasRandomHeap) return start;
        if (!isInMappings) start += 4096;
        return start + (RandomBelow(HeapBytes >> 12) << 12);
    }

    private ulong StackGap(ulong limitBytes)
    {
        const ulong LargestBytes = UserMemory.End / 6 * 5;
        ulong pad = StackGrowth.GuardGapBytes + (_isRandom ? (StackPages - 1) << 12 : 0);
        ulong gap = limitBytes + pad > limitBytes ? limitBytes + pad : limitBytes;
        if (gap < SmallestStackGapBytes) return SmallestStackGapBytes;
        return gap > LargestBytes ? LargestBytes : gap;
    }

    /// <summary>0 where nothing is random, and then no number is drawn.</summary>
    private ulong RandomBelow(ulong bound) => _isRandom ? RandomSource.Next() % bound : 0;

    private static ulong PageAligned(ulong address) => (address + 4095) & ~4095UL;
}
