namespace GuestOs.Mm;

/// <summary>
/// Tells pages that come back soon after they went from all others (Linux's mm/workingset.c). Each page that goes leaves a shadow: the age of memory at that
/// time, which grows with every page that goes or becomes active. Was the page away for fewer steps than there are pages it competes with, it would have
/// stayed had it been active, and is made active at once.
/// </summary>
internal static unsafe class Workingset
{
    private const uint ShadowMask = 0x7fffffff;
    private const ulong HashMultiplier = 0x9e3779b97f4a7c15;
    private const int TagShift = 32;

    private static uint s_age;

    // Shadows of file pages, each in the place its file and page say, where a later one may overwrite it: tag << 32 | shadow.
    private static ulong* s_files;
    private static uint s_fileMask;

    /// <summary>Pages that came back, those of them that were made active, and those that had been active before; by kind.</summary>
    public static RefaultCounters Anonymous;
    public static RefaultCounters File;

    /// <summary>Makes the table for file pages: a place for every frame.</summary>
    public static void Initialize()
    {
        uint places = 1;
        while (places < FrameAllocator.TotalFrames) places *= 2;
        s_files = (ulong*)KernelHeap.Allocate(places * sizeof(ulong));
        s_fileMask = places - 1;
    }

    /// <summary>A page went, or became active.</summary>
    public static void Age() => s_age++;

    /// <summary>What a page leaves when it goes now; the highest bit is clear.</summary>
    public static uint ShadowOf(uint frame) => (s_age << 1 | (FrameTable.Of(frame)->Is(FrameFlags.Workingset) ? 1u : 0)) & ShadowMask;

    /// <summary>A page has come back to a frame, which is on its list.</summary>
    public static void Refaulted(uint frame, uint shadow)
    {
        FrameRecord* record = FrameTable.Of(frame);
        bool isFile = !record->Is(FrameFlags.SwapBacked);
        ref RefaultCounters counters = ref isFile ? ref File : ref Anonymous;
        counters.Refaults++;
        if (!isFile) ScanBalance.NoteRefault(isAnonymous: true);
        uint distance = ((s_age << 1 & ShadowMask) - (shadow & ~1u) & ShadowMask) >> 1;
        if (distance > Competitors(isFile) || record->Is(FrameFlags.Unevictable)) return;
        PageLists.Move(frame, isActive: true);
        Age();
        counters.Activations++;
        if ((shadow & 1) == 0) return;
        record->Set(FrameFlags.Workingset);
        counters.Restores++;
        if (isFile) ScanBalance.NoteRefault(isAnonymous: false);
    }

    /// <summary>A file's page, still in its frame, goes. <paramref name="file"/> tells files apart for ever.</summary>
    public static void FileEvicted(ulong file, ulong page, uint frame)
    {
        ulong hash = HashOf(file, page);
        s_files[hash & s_fileMask] = hash >> TagShift << TagShift | 1UL << 31 | ShadowOf(frame);
        Age();
    }

    /// <summary>A file's page was read into a frame, which is on its list.</summary>
    public static void FileRead(ulong file, ulong page, uint frame)
    {
        ulong hash = HashOf(file, page);
        ulong* place = s_files + (hash & s_fileMask);
        ulong found = *place;
        if (found == 0 || found >> TagShift != hash >> TagShift) return;
        *place = 0;
        Refaulted(frame, (uint)found & ShadowMask);
    }

    /// <summary>Pages that compete for memory with one that has come back.</summary>
    private static ulong Competitors(bool isFile)
    {
        ulong pages = PageLists.Count(PageList.ActiveFile);
        if (!isFile) pages += PageLists.Count(PageList.InactiveFile);
        if (!SwapArea.HasRoom) return pages;
        pages += PageLists.Count(PageList.ActiveAnonymous);
        return isFile ? pages + PageLists.Count(PageList.InactiveAnonymous) : pages;
    }

    private static ulong HashOf(ulong file, ulong page)
    {
        ulong hash = (file * HashMultiplier + page) * HashMultiplier;
        return (hash ^ hash >> 29) * HashMultiplier;
    }
}

/// <summary>What became of pages that came back.</summary>
internal struct RefaultCounters
{
    public ulong Refaults;
    public ulong Activations;
    public ulong Restores;
}
