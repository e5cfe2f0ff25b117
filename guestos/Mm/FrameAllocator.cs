using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Physical memory in 4 KiB frames, each with a reference count: one per mapping, one for the page cache, one per kernel use. O(1) each way.
/// The frame table is a struct of arrays; frames that were never used are handed out in order, freed ones from a list threaded through the table.
/// Frame 0 is never handed out and means "none".
/// </summary>
internal static unsafe class FrameAllocator
{
    /// <summary>Frames only the kernel itself may take, so that it can always unwind what a program asked for.</summary>
    public const uint ReserveFrames = 512;

    private static uint* s_references;
    private static uint* s_next;
    private static uint s_freeHead;
    private static MemoryRegions s_regions;
    private static int s_region;
    private static uint s_untouched;
    private static uint s_frameCount;

    /// <summary>Frames of usable RAM, in use or not.</summary>
    public static uint TotalFrames { get; private set; }

    /// <summary>Frames nobody uses.</summary>
    public static uint FreeFrames { get; private set; }

    /// <summary>True when programs should be refused more memory.</summary>
    public static bool IsScarce => FreeFrames <= ReserveFrames;

    /// <summary>
    /// Called when a program wants a frame and memory is scarce; frees cached pages where it can and returns how many. Null until somebody registers.
    /// </summary>
    public static delegate*<uint> Shrinker;

    /// <summary>Takes over the free regions; <paramref name="table"/> has 8 bytes for each frame below <paramref name="frameCount"/>.</summary>
    public static void Initialize(in MemoryRegions regions, byte* table, uint frameCount)
    {
        s_regions = regions;
        s_frameCount = frameCount;
        s_references = (uint*)table;
        s_next = s_references + frameCount;
        s_region = 0;
        s_untouched = regions.Start(0);
        for (int i = 0; i < regions.Count; i++) TotalFrames += regions.End(i) - regions.Start(i);
        FreeFrames = TotalFrames;
    }

    /// <summary>A frame with one reference and any content, or 0 when there is none. For the kernel's own needs.</summary>
    public static uint Allocate()
    {
        uint frame = s_freeHead;
        if (frame != 0) s_freeHead = s_next[frame];
        else frame = TakeUntouched();
        if (frame == 0) return 0;
        FreeFrames--;
        s_references[frame] = 1;
        return frame;
    }

    /// <summary>As <see cref="Allocate"/>, but leaves the reserve alone: 0 means the program gets ENOMEM or is killed.</summary>
    public static uint AllocateForUser()
    {
        if (IsScarce && (Shrinker == null || Shrinker() == 0 || IsScarce)) return 0;
        return Allocate();
    }

    /// <summary>A kernel frame full of zeros (page tables); memory exhaustion is a panic, the reserve makes it unreachable for programs.</summary>
    public static uint AllocateZeroed()
    {
        uint frame = Allocate();
        if (frame == 0) Panic.Because("out of memory");
        Memory.ClearPage(Physical.FramePointer(frame));
        return frame;
    }

    /// <summary>Adds a reference to a frame in use.</summary>
    public static void AddReference(uint frame) => s_references[frame]++;

    /// <summary>References to a frame in use.</summary>
    public static uint References(uint frame) => s_references[frame];

    /// <summary>Drops a reference; the last one frees the frame.</summary>
    public static void Release(uint frame)
    {
        if (frame == 0 || frame >= s_frameCount || s_references[frame] == 0) Panic.Because("release of a frame that is not in use");
        if (--s_references[frame] != 0) return;
        s_next[frame] = s_freeHead;
        s_freeHead = frame;
        FreeFrames++;
    }

    private static uint TakeUntouched()
    {
        while (s_region < s_regions.Count)
        {
            if (s_untouched < s_regions.End(s_region)) return s_untouched++;
            s_region++;
            if (s_region < s_regions.Count) s_untouched = s_regions.Start(s_region);
        }
        return 0;
    }
}
