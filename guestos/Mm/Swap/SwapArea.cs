using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Swap space: slots of one page on a disk. A slot is in use while page table entries (or a memory file) refer to it, or while the swap cache has a frame for
/// it. Slot 0 is never used: it is the header of a swap area, and "none" here.
/// </summary>
internal static unsafe class SwapArea
{
    private const uint ClusterSlots = HugePage.Frames;
    private const uint ShadowBit = 0x80000000;

    // Of the first area that is given none.
    private const int DefaultPriority = -2;

    private static SwapDevice s_device;
    private static uint* s_references;

    // The swap cache's frame; or, with ShadowBit, when the page went out.
    private static uint* s_cached;
    private static ushort* s_freeInCluster;
    private static uint s_slotCount;
    private static uint s_next;

    /// <summary>Pages of swap space, in use or free; 0 without swap.</summary>
    public static ulong TotalPages { get; private set; }

    /// <summary>Slots nobody uses.</summary>
    public static ulong FreePages { get; private set; }

    /// <summary>True when there is a slot for one more page.</summary>
    public static bool HasRoom => FreePages != 0;

    /// <summary>True when so much is in use that pages which are in memory should not keep a slot as well.</summary>
    public static bool IsHalfFull => FreePages * 2 <= TotalPages;

    /// <summary>True once <see cref="Activate"/> has succeeded.</summary>
    public static bool IsActive => s_device != null && s_slotCount != 0;

    /// <summary>What /proc/swaps shows: with one area, nothing else depends on it.</summary>
    public static int Priority { get; private set; }

    /// <summary>
    /// Swaps from now on to a disk that has a <see cref="SwapHeader"/>: 0; -EBUSY when there is swap already, -EINVAL for a disk without one or too small,
    /// -ENOMEM when there is no room for the tables.
    /// </summary>
    public static int Activate(SwapDevice device, int priority = DefaultPriority)
    {
        if (IsActive) return -Errno.Busy;
        ulong pages = SwapHeader.ReadPageCount(device);
        if (pages > ShadowBit) pages = ShadowBit;
        if (pages < 10) return -Errno.Invalid;
        if (pages * 8 >> 12 > FrameAllocator.FreeFrames / 4 || !FrameAllocator.CanSpare(pages * 8 >> 12)) return -Errno.NoMemory;
        uint clusters = (uint)((pages + ClusterSlots - 1) / ClusterSlots);
        s_references = (uint*)KernelHeap.Allocate(pages * sizeof(uint));
        s_cached = (uint*)KernelHeap.Allocate(pages * sizeof(uint));
        s_freeInCluster = (ushort*)KernelHeap.Allocate(clusters * sizeof(ushort));
        for (uint slot = 1; slot < pages; slot++) s_freeInCluster[slot / ClusterSlots]++;
        s_slotCount = (uint)pages;
        s_next = 1;
        s_device = device;
        Priority = priority;
        TotalPages = pages - 1;
        FreePages = TotalPages;
        return 0;
    }

    /// <summary>Stops handing slots out; <see cref="Deactivate"/> follows when all are free, or <see cref="Reopen"/>.</summary>
    public static void Close()
    {
        FreePages = 0;
        TotalPages = 0;
    }

    /// <summary>The space is swap space again after <see cref="Close"/>.</summary>
    public static void Reopen()
    {
        TotalPages = s_slotCount - 1;
        FreePages = TotalPages - UsedSlots();
    }

    /// <summary>Forgets the disk; no slot may be in use.</summary>
    public static void Deactivate()
    {
        KernelHeap.Free(s_references);
        KernelHeap.Free(s_cached);
        KernelHeap.Free(s_freeInCluster);
        s_slotCount = 0;
        s_device = null;
        Close();
    }

    /// <summary>Slots in use.</summary>
    public static ulong UsedSlots()
    {
        ulong used = 0;
        for (uint slot = 1; slot < s_slotCount; slot++)
            if (IsUsed(slot)) used++;
        return used;
    }

    /// <summary>A free slot, which becomes the swap cache's for a frame; 0 when there is none.</summary>
    public static uint Allocate(uint frame)
    {
        if (FreePages == 0) return 0;
        uint slot = s_next;
        // Full clusters are skipped whole. There is a free slot, so this ends.
        while (true)
        {
            if (slot >= s_slotCount) slot = 1;
            if (s_freeInCluster[slot / ClusterSlots] == 0) slot = (slot / ClusterSlots + 1) * ClusterSlots;
            else if (IsUsed(slot)) slot++;
            else break;
        }
        s_next = slot + 1;
        s_freeInCluster[slot / ClusterSlots]--;
        FreePages--;
        s_cached[slot] = frame;
        return slot;
    }

    /// <summary>
    /// Free slots in a row for the frames of a huge page, which become the swap cache's for them. Returns the first one, or 0 when no cluster is free.
    /// </summary>
    public static uint AllocateCluster(uint firstFrame)
    {
        // The first cluster has the header.
        for (uint slot = ClusterSlots; FreePages >= ClusterSlots && slot + ClusterSlots <= s_slotCount; slot += ClusterSlots)
        {
            if (s_freeInCluster[slot / ClusterSlots] != ClusterSlots) continue;
            s_freeInCluster[slot / ClusterSlots] = 0;
            FreePages -= ClusterSlots;
            for (uint i = 0; i < ClusterSlots; i++) s_cached[slot + i] = firstFrame + i;
            return slot;
        }
        return 0;
    }

    /// <summary>True for slots below the end: what a page table may hold.</summary>
    public static bool IsValid(uint slot) => slot != 0 && slot < s_slotCount;

    /// <summary>Page table entries and memory files that refer to a slot.</summary>
    public static uint References(uint slot) => s_references[slot];

    /// <summary>One entry more.</summary>
    public static void AddReference(uint slot) => s_references[slot]++;

    /// <summary>One entry less.</summary>
    public static void Release(uint slot)
    {
        if (!IsValid(slot) || s_references[slot] == 0) Panic.Because("release of a swap slot that is not in use");
        s_references[slot]--;
        FreeIfUnused(slot);
    }

    /// <summary>The swap cache's frame for a slot, 0 when there is none.</summary>
    public static uint CachedFrame(uint slot) => (s_cached[slot] & ShadowBit) != 0 ? 0 : s_cached[slot];

    /// <summary>The swap cache has a frame for a slot.</summary>
    public static void SetCached(uint slot, uint frame) => s_cached[slot] = frame;

    /// <summary>The swap cache's frame goes; what stays is <paramref name="shadow"/>, the time of its going.</summary>
    public static void ClearCached(uint slot, uint shadow)
    {
        s_cached[slot] = s_references[slot] == 0 ? 0 : shadow & ~ShadowBit | ShadowBit;
        FreeIfUnused(slot);
    }

    /// <summary>When the page went out, without the highest bit; false when that is not known.</summary>
    public static bool HasShadow(uint slot, out uint shadow)
    {
        shadow = s_cached[slot] & ~ShadowBit;
        return (s_cached[slot] & ShadowBit) != 0;
    }

    /// <summary>Reads a slot into a frame.</summary>
    public static bool Read(uint slot, uint frame) => s_device.Transfer(slot, frame, isWrite: false);

    /// <summary>Writes a frame to a slot.</summary>
    public static bool Write(uint slot, uint frame) => s_device.Transfer(slot, frame, isWrite: true);

    private static bool IsUsed(uint slot) => s_references[slot] != 0 || CachedFrame(slot) != 0;

    private static void FreeIfUnused(uint slot)
    {
        if (IsUsed(slot)) return;
        s_cached[slot] = 0;
        s_freeInCluster[slot / ClusterSlots]++;
        if (TotalPages != 0) FreePages++;
    }
}
