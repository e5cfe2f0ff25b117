namespace GuestOs.Mm;

/// <summary>
/// Makes whole free blocks of 2 MiB: from the bottom of memory up, pages are moved out of blocks where all pages can be moved, into free frames found from
/// the top down, until the two meet (Linux's mm/compaction.c). Nothing sleeps meanwhile.
/// </summary>
internal unsafe ref struct Compaction
{
    private const int MaximumReclaims = 32;
    private const int MaximumDeferShift = 6;

    // After failures, attempts are skipped: one, then three, up to 63.
    private static int s_deferShift;
    private static int s_considered;

    /// <summary>Counters of /proc/vmstat: pages looked at for moving, frames looked at to move to, pages moved.</summary>
    public static ulong PagesScanned { get; private set; }

    public static ulong FreeFramesScanned { get; private set; }

    public static ulong PagesIsolated { get; private set; }

    /// <summary>compact_stall: times a program waited for compaction, and how these ended.</summary>
    public static ulong Stalls { get; private set; }

    public static ulong Failures { get; private set; }

    public static ulong Successes { get; private set; }

    // Targets are taken from below here; those of a block that are not used yet.
    private uint _top;
    private uint _target;
    private uint _targetEnd;

    /// <summary>
    /// For who wants a huge page now: frees memory if there is too little, and makes a block. False when that cannot be done. As after
    /// <see cref="FrameAllocator.AllocateForUser"/>, page table entries may have changed.
    /// </summary>
    public static bool Directly()
    {
        if (s_considered < (1 << s_deferShift) - 1)
        {
            s_considered++;
            return false;
        }
        s_considered = 0;
        ulong wanted = Watermarks.Low + HugePage.Frames;
        for (int i = 0; i < MaximumReclaims && FrameAllocator.FreeFrames < wanted; i++)
            if (!Reclaim.Directly()) break;
        Stalls++;
        bool isMade = FrameAllocator.FreeFrames >= Watermarks.Minimum + HugePage.Frames && Run(isOneEnough: true);
        if (isMade) Successes++;
        else Failures++;
        s_deferShift = isMade ? 0 : s_deferShift < MaximumDeferShift ? s_deferShift + 1 : MaximumDeferShift;
        return isMade;
    }

    /// <summary>vm.compact_memory: makes as many blocks as can be made.</summary>
    public static void Fully() => Run(isOneEnough: false);

    private static bool Run(bool isOneEnough)
    {
        FrameAllocator.GatherFree();
        Compaction compaction = new Compaction { _top = FrameAllocator.FrameCount };
        bool isMade = false;
        for (uint block = 0; block + HugePage.Frames <= compaction._top && !(isMade && isOneEnough); block += HugePage.Frames)
            if (IsMovable(block)) isMade |= compaction.Vacate(block);
        FreeBlocks.PutRange(compaction._target, compaction._targetEnd);
        return isMade;
    }

    /// <summary>True for a block in use in which every page can be moved.</summary>
    private static bool IsMovable(uint block)
    {
        bool isUsed = false;
        for (uint frame = block; frame < block + HugePage.Frames;)
        {
            int order = FreeBlocks.OrderAt(frame);
            if (order >= HugePage.Order) return false;
            if (order >= 0)
            {
                frame += 1u << order;
                continue;
            }
            PagesScanned++;
            // What is neither free nor in use is no memory, or the inside of a large free block.
            if (FrameAllocator.References(frame) == 0 || !Migrate.IsMovable(frame)) return false;
            isUsed = true;
            frame++;
        }
        return isUsed;
    }

    private bool Vacate(uint block)
    {
        uint end = block + HugePage.Frames, frame = block;
        FreeBlocks.Capture(block, end);
        for (; frame < end; frame++)
        {
            if (FrameAllocator.References(frame) == 0) continue;
            if (_target == _targetEnd && !FreeBlocks.TakeBelow(ref _top, end, HugePage.Order, out _target, out _targetEnd)) break;
            FreeFramesScanned++;
            if (!Migrate.Try(frame, _target)) break;
            PagesIsolated++;
            _target++;
        }
        if (frame == end)
        {
            FreeBlocks.Put(block, HugePage.Order);
            return true;
        }
        for (frame = block; frame < end; frame++)
            if (FrameAllocator.References(frame) == 0) FreeBlocks.Put(frame, 0);
        return false;
    }
}
