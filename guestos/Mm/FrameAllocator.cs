using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Physical memory in 4 KiB frames, each with a reference count: one per mapping, one for the page cache, one per kernel use. Single frames come from a
/// short stack of those freed last, then from the block in use, O(1) each way; the buddy system (<see cref="FreeBlocks"/>) gives and takes them in
/// batches, as behind Linux's per-CPU page lists. Frame 0 is never handed out and means "none".
/// </summary>
internal static unsafe class FrameAllocator
{
    /// <summary>Bytes of frame table that each frame takes.</summary>
    public const int TableBytesPerFrame = sizeof(uint) + FreeBlocks.TableBytesPerFrame;

    private const int BatchOrder = 6;
    private const int StackCapacity = 256;

    private struct FrameStack
    {
        public fixed uint Frames[StackCapacity];
    }

    private static FrameStack s_stack;
    private static int s_stackCount;

    // What is left of the block that frames come from when the stack is empty.
    private static uint s_block;
    private static uint s_blockEnd;
    private static uint* s_references;

    /// <summary>All frames have numbers below this.</summary>
    public static uint FrameCount { get; private set; }

    /// <summary>Frames of usable RAM, in use or not.</summary>
    public static uint TotalFrames { get; private set; }

    /// <summary>Frames nobody uses.</summary>
    public static uint FreeFrames { get; private set; }

    /// <summary>True when only the kernel itself may take frames.</summary>
    public static bool IsScarce => FreeFrames <= Watermarks.Minimum;

    /// <summary>
    /// Takes over the free regions; <paramref name="table"/> has <see cref="TableBytesPerFrame"/> for each frame below <paramref name="frameCount"/>.
    /// </summary>
    public static void Initialize(in MemoryRegions regions, byte* table, uint frameCount)
    {
        FrameCount = frameCount;
        s_references = (uint*)table;
        for (int i = 0; i < regions.Count; i++) TotalFrames += regions.End(i) - regions.Start(i);
        FreeFrames = TotalFrames;
        FreeBlocks.Initialize(regions, table + (ulong)frameCount * sizeof(uint), frameCount);
    }

    /// <summary>A frame with one reference and any content, or 0 when there is none. For the kernel's own needs.</summary>
    public static uint Allocate()
    {
        uint frame;
        if (s_stackCount != 0) frame = s_stack.Frames[--s_stackCount];
        else if (s_block != s_blockEnd || TakeBlock()) frame = s_block++;
        else return 0;
        FreeFrames--;
        s_references[frame] = 1;
        FrameTable.Reset(frame);
        return frame;
    }

    /// <summary>
    /// As <see cref="Allocate"/>, but leaves the reserve alone: 0 means the program gets ENOMEM or is killed. Reclaim may run first: afterwards pages that
    /// were in page tables or in a page cache may have left them, unless the caller holds a reference to the frame.
    /// </summary>
    public static uint AllocateForUser()
    {
        if (FreeFrames <= Watermarks.Low) Reclaim.WakeDaemon();
        while (IsScarce)
            if (!Reclaim.Directly()) return 0;
        return Allocate();
    }

    /// <summary>True when programs should be refused more memory: little is free, and nothing can be reclaimed.</summary>
    public static bool IsExhausted
    {
        get
        {
            while (IsScarce)
                if (!Reclaim.Directly()) return true;
            return false;
        }
    }

    /// <summary>A kernel frame full of zeros (page tables); memory exhaustion is a panic, the reserve makes it unreachable for programs.</summary>
    public static uint AllocateZeroed()
    {
        uint frame = Allocate();
        if (frame == 0) Panic.Because("out of memory");
        Memory.ClearPage(Physical.FramePointer(frame));
        return frame;
    }

    /// <summary>
    /// 2^<paramref name="order"/> frames in a row, aligned to as many, each with one reference and to be released by itself; order up to
    /// <see cref="FreeBlocks.MaximumOrder"/>. Returns the first, or 0 when no such block is free outside the reserve.
    /// </summary>
    public static uint AllocateContiguous(int order)
    {
        uint count = 1u << order;
        if (FreeFrames < Watermarks.Minimum + count) return 0;
        uint first = FreeBlocks.Take(order);
        while (first == 0 && FreeBlocks.ListUntouched()) first = FreeBlocks.Take(order);
        if (first == 0)
        {
            GatherFree();
            first = FreeBlocks.Take(order);
        }
        if (first == 0) return 0;
        FreeFrames -= count;
        for (uint i = 0; i < count; i++)
        {
            s_references[first + i] = 1;
            FrameTable.Reset(first + i);
        }
        return first;
    }

    /// <summary>Puts all free frames on the lists of <see cref="FreeBlocks"/>, those in memory that was never used too.</summary>
    public static void GatherFree()
    {
        while (FreeBlocks.ListUntouched()) { }
        Drain(0);
        FreeBlocks.PutRange(s_block, s_blockEnd);
        s_block = s_blockEnd;
    }

    /// <summary>A frame that is neither free nor in use takes the place of one in use, which then is neither.</summary>
    public static void TransferReferences(uint from, uint to)
    {
        s_references[to] = s_references[from];
        s_references[from] = 0;
    }

    /// <summary>Adds a reference to a frame in use.</summary>
    public static void AddReference(uint frame) => s_references[frame]++;

    /// <summary>References to a frame in use.</summary>
    public static uint References(uint frame) => s_references[frame];

    /// <summary>Drops a reference; the last one frees the frame.</summary>
    public static void Release(uint frame)
    {
        if (frame == 0 || frame >= FrameCount || s_references[frame] == 0) Panic.Because("release of a frame that is not in use");
        if (--s_references[frame] != 0) return;
        if (s_stackCount == StackCapacity) Drain(StackCapacity / 2);
        s_stack.Frames[s_stackCount++] = frame;
        FreeFrames++;
    }

    /// <summary>Takes a block into use. Pieces of used memory come before memory that was never touched: the host pays for that.</summary>
    private static bool TakeBlock()
    {
        do
        {
            for (int order = BatchOrder; order >= 0; order--)
            {
                uint first = FreeBlocks.Take(order);
                if (first == 0) continue;
                s_block = first;
                s_blockEnd = first + (1u << order);
                return true;
            }
        }
        while (FreeBlocks.ListUntouched());
        return false;
    }

    /// <summary>Empties the stack down to a height into the buddy system; frames in a row, up or down, go together.</summary>
    private static void Drain(int height)
    {
        int at = s_stackCount;
        while (at > height)
        {
            uint first = s_stack.Frames[--at], end = first + 1;
            while (at > height && s_stack.Frames[at - 1] == first - 1)
            {
                first--;
                at--;
            }
            while (at > height && s_stack.Frames[at - 1] == end)
            {
                end++;
                at--;
            }
            FreeBlocks.PutRange(first, end);
        }
        s_stackCount = height;
    }
}
