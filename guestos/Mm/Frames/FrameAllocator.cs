using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Physical memory in 4 KiB frames, each with a reference count: one per mapping, one for the page cache, one per kernel use. O(1) each way. Pages that can
/// be moved (<see cref="Migrate"/>) and what must stay where it is come from different blocks of 2 MiB, as long as there are enough, so that memory can be
/// put together again. Frame 0 is never handed out and means "none".
/// </summary>
internal static unsafe class FrameAllocator
{
    /// <summary>Bytes of frame table that each frame takes.</summary>
    public const int TableBytesPerFrame = sizeof(uint) + FreeBlocks.TableBytesPerFrame;

    private static FrameSource s_movable;
    private static FrameSource s_pinned;
    private static uint* s_references;

    /// <summary>All frames have numbers below this.</summary>
    public static uint FrameCount { get; private set; }

    /// <summary>Frames of usable RAM, in use or not.</summary>
    public static uint TotalFrames { get; private set; }

    /// <summary>Frames nobody uses.</summary>
    public static uint FreeFrames { get; private set; }

    /// <summary>Frames handed out, and given back, since boot.</summary>
    public static ulong AllocationCount { get; private set; }

    public static ulong FreeCount => AllocationCount - (TotalFrames - FreeFrames);

    /// <summary>True when only the kernel itself may take frames.</summary>
    public static bool IsScarce => FreeFrames <= Watermarks.Minimum;

    /// <summary>
    /// Takes over the free regions; <paramref name="table"/> has <see cref="TableBytesPerFrame"/> for each frame below <paramref name="frameCount"/>.
    /// </summary>
    public static void Initialize(in MemoryRegions regions, byte* table, uint frameCount)
    {
        FrameCount = frameCount;
        s_references = (uint*)table;
        // "None" is never in use.
        s_references[0] = 0;
        for (int i = 0; i < regions.Count; i++) TotalFrames += regions.End(i) - regions.Start(i);
        FreeFrames = TotalFrames;
        FreeBlocks.Initialize(regions, table + (ulong)frameCount * sizeof(uint), frameCount);
    }

    /// <summary>A frame with one reference and any content, or 0 when there is none. For the kernel's own needs.</summary>
    public static uint Allocate()
    {
        uint frame = s_pinned.Take();
        if (frame == 0 && s_pinned.TakePinnedBlock()) frame = s_pinned.Take();
        if (frame == 0) frame = s_movable.Take();
        return frame == 0 ? 0 : Hand(frame);
    }

    /// <summary>
    /// A frame for a page of a program or file, with one reference and any content. It leaves the kernel's reserve alone: 0 means the program gets ENOMEM or
    /// is killed. Reclaim may run first: afterwards pages that were in page tables or in a page cache may have left them, unless the caller holds a reference
    /// to the frame.
    /// </summary>
    public static uint AllocateForUser()
    {
        if (FreeFrames <= Watermarks.Low && !FreeSome()) return 0;
        uint frame = s_movable.Take();
        if (frame == 0 && (frame = TakeFromMovableBlock()) == 0) return 0;
        return Hand(frame);
    }

    /// <summary>As <see cref="AllocateForUser"/>, for what a program needs that cannot be moved: page tables, buffers.</summary>
    public static uint AllocatePinnedForUser() => FreeFrames > Watermarks.Low || FreeSome() ? Allocate() : 0;

    /// <summary>
    /// True when the kernel may take so many frames for what a program wants, and the reserve stays whole. Reclaim may run first, as in
    /// <see cref="AllocateForUser"/>.
    /// </summary>
    public static bool CanSpare(ulong frames)
    {
        while (FreeFrames <= Watermarks.Minimum + frames)
            if (!Reclaim.Directly()) return false;
        return true;
    }

    /// <summary>True when programs should be refused more memory: little is free, and nothing can be reclaimed.</summary>
    public static bool IsExhausted => !CanSpare(0);

    /// <summary>True when the reserve has to be filled up before the kernel may begin with anything for a program.</summary>
    public static bool IsReserveLow => FreeFrames < Watermarks.CallFrames;

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
        AllocationCount += count;
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
        s_movable.Empty();
        s_pinned.Empty();
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
        uint* references = s_references + frame;
        if (frame >= FrameCount || *references == 0) Panic.Because("release of a frame that is not in use");
        if (--*references != 0) return;
        if (FreeBlocks.IsPinned(frame)) s_pinned.Give(frame);
        else s_movable.Give(frame);
        FreeFrames++;
    }

    /// <summary>Few frames are left: has some freed, in the background if that will do. False when only the reserve is left.</summary>
    private static bool FreeSome()
    {
        Reclaim.WakeDaemon();
        return !IsExhausted;
    }

    private static uint TakeFromMovableBlock()
    {
        uint frame = s_movable.TakeMovableBlock() ? s_movable.Take() : 0;
        return frame == 0 ? s_pinned.Take() : frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hand(uint frame)
    {
        FreeFrames--;
        AllocationCount++;
        s_references[frame] = 1;
        FrameTable.Reset(frame);
        return frame;
    }
}
