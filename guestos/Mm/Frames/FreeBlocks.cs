using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Free memory as a binary buddy system: aligned blocks of 2^order frames in one list per order. A block that becomes free joins its buddy, the other
/// half of the block twice its size, when that is free too. Memory that was never used stays outside the lists and untouched until they run out.
/// </summary>
internal static unsafe class FreeBlocks
{
    /// <summary>The order of the largest blocks (4 MiB); memory comes into the lists by as much.</summary>
    public const int MaximumOrder = 10;

    /// <summary>Bytes of frame table that each frame takes here: links in both directions, the order, and what is known of its huge page's block.</summary>
    public const int TableBytesPerFrame = 10;

    private const uint ChunkFrames = 1u << MaximumOrder;

    private struct Lists
    {
        public fixed uint First[MaximumOrder + 1];
        public fixed uint Count[MaximumOrder + 1];
    }

    private static Lists s_lists;
    private static uint* s_next;
    private static uint* s_previous;

    // Order + 1 for the first frame of a listed block, 0 for all others.
    private static byte* s_marks;

    // Of each block of a huge page: 1 when it is in use for what cannot be moved.
    private static byte* s_pinned;
    private static uint s_frameCount;
    private static MemoryRegions s_regions;
    private static int s_region;
    private static uint s_untouched;

    /// <summary>Takes over free regions; the table may hold anything.</summary>
    public static void Initialize(in MemoryRegions regions, byte* table, uint frameCount)
    {
        s_regions = regions;
        s_frameCount = frameCount;
        s_next = (uint*)table;
        s_previous = s_next + frameCount;
        s_marks = (byte*)(s_previous + frameCount);
        s_pinned = s_marks + frameCount;
        Memory.Set(s_pinned, 0, (frameCount >> HugePage.Order) + 1);
        s_region = 0;
        s_untouched = regions.Count == 0 ? 0 : regions.Start(0);
        for (int i = 0; i < regions.Count; i++)
        {
            // Looking for a buddy never leaves a chunk: only at the ends of regions may it look at frames that are nobody's.
            ClearMarksOfChunk(regions.Start(i));
            ClearMarksOfChunk(regions.End(i) - 1);
        }
    }

    /// <summary>Takes a block out of the lists and returns its first frame, or 0 when none is large enough.</summary>
    public static uint Take(int order)
    {
        int found = order;
        while (s_lists.First[found] == 0)
            if (++found > MaximumOrder) return 0;
        uint frame = s_lists.First[found];
        Unlink(frame, found);
        while (found > order) Link(frame + (1u << --found), found);
        return frame;
    }

    /// <summary>Puts a block back, joined with its buddies as far as they are free.</summary>
    public static void Put(uint frame, int order)
    {
        for (; order < MaximumOrder; order++)
        {
            uint buddy = frame ^ (1u << order);
            if (buddy >= s_frameCount || s_marks[buddy] != order + 1) break;
            Unlink(buddy, order);
            frame &= buddy;
        }
        if (order >= HugePage.Order)
        {
            // Whole again, it is free for any use.
            s_pinned[frame >> HugePage.Order] = 0;
            s_pinned[(frame + (1u << order) - 1) >> HugePage.Order] = 0;
        }
        Link(frame, order);
    }

    /// <summary>Puts the frames of [first, end) back, in the largest blocks they make.</summary>
    public static void PutRange(uint first, uint end)
    {
        while (first < end)
        {
            int order = LargestOrder(first, end);
            Put(first, order);
            first += 1u << order;
        }
    }

    /// <summary>The 2 MiB around a frame are in use for what cannot be moved: its frames are best used for that again.</summary>
    public static void SetPinned(uint frame) => s_pinned[frame >> HugePage.Order] = 1;

    /// <summary>What <see cref="SetPinned"/> said, until the 2 MiB are free as a whole.</summary>
    public static bool IsPinned(uint frame) => s_pinned[frame >> HugePage.Order] != 0;

    /// <summary>The order of the listed block that begins at a frame, -1 when none does.</summary>
    public static int OrderAt(uint frame) => s_marks[frame] - 1;

    /// <summary>Takes all listed blocks that begin in [first, end) out of the lists; they must not reach beyond.</summary>
    public static void Capture(uint first, uint end)
    {
        while (first < end)
        {
            int order = OrderAt(first);
            if (order >= 0) Unlink(first, order);
            first += order >= 0 ? 1u << order : 1;
        }
    }

    /// <summary>
    /// Takes the listed block out that is next below a frame, above a floor and smaller than an order; the frame moves down to it. False when there is none.
    /// </summary>
    public static bool TakeBelow(ref uint below, uint floor, int order, out uint first, out uint end)
    {
        while (below > floor)
        {
            int found = OrderAt(--below);
            if (found < 0 || found >= order) continue;
            Unlink(below, found);
            first = below;
            end = below + (1u << found);
            return true;
        }
        first = end = 0;
        return false;
    }

    /// <summary>Writes how many blocks of each order are free, those in memory that was never used among them.</summary>
    public static void Count(ulong* counts)
    {
        for (int order = 0; order <= MaximumOrder; order++) counts[order] = s_lists.Count[order];
        for (int i = s_region; i < s_regions.Count; i++)
        {
            for (uint frame = i == s_region ? s_untouched : s_regions.Start(i), end = s_regions.End(i); frame < end;)
            {
                int order = LargestOrder(frame, end);
                counts[order]++;
                frame += 1u << order;
            }
        }
    }

    /// <summary>Lists the rest of the next chunk of memory that was never used; false when all has been.</summary>
    public static bool ListUntouched()
    {
        while (s_region < s_regions.Count && s_untouched >= s_regions.End(s_region))
            if (++s_region < s_regions.Count) s_untouched = s_regions.Start(s_region);
        if (s_region >= s_regions.Count) return false;
        uint end = s_untouched / ChunkFrames * ChunkFrames + ChunkFrames;
        if (end > s_regions.End(s_region)) end = s_regions.End(s_region);
        while (s_untouched < end)
        {
            int order = LargestOrder(s_untouched, end);
            Link(s_untouched, order);
            s_untouched += 1u << order;
        }
        return true;
    }

    /// <summary>The order of the largest block that may begin at a frame and does not reach beyond an end.</summary>
    private static int LargestOrder(uint frame, uint end)
    {
        int order = 0;
        while (order < MaximumOrder && (frame & (1u << order)) == 0 && end - frame >= 2u << order) order++;
        return order;
    }

    private static void ClearMarksOfChunk(uint frame)
    {
        uint first = frame / ChunkFrames * ChunkFrames, count = s_frameCount - first;
        Memory.Set(s_marks + first, 0, count < ChunkFrames ? count : ChunkFrames);
    }

    private static void Link(uint frame, int order)
    {
        uint head = s_lists.First[order];
        s_next[frame] = head;
        s_previous[frame] = 0;
        if (head != 0) s_previous[head] = frame;
        s_lists.First[order] = frame;
        s_lists.Count[order]++;
        s_marks[frame] = (byte)(order + 1);
    }

    private static void Unlink(uint frame, int order)
    {
        uint next = s_next[frame], previous = s_previous[frame];
        if (next != 0) s_previous[next] = previous;
        if (previous != 0) s_next[previous] = next;
        else s_lists.First[order] = next;
        s_lists.Count[order]--;
        s_marks[frame] = 0;
    }
}
