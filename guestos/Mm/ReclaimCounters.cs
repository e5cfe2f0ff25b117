namespace GuestOs.Mm;

/// <summary>What reclaim has done since boot, for /proc/vmstat.</summary>
internal static class ReclaimCounters
{
    /// <summary>Anonymous pages that went out, the clock of <see cref="Reclaim.NoteReturn"/>.</summary>
    public static uint Evictions;

    public static ulong PagesSwappedIn;
    public static ulong PagesSwappedOut;
    public static ulong ScannedByDaemon;
    public static ulong ScannedDirectly;
    public static ulong StolenByDaemon;
    public static ulong StolenDirectly;
    public static ulong ScannedAnonymous;
    public static ulong ScannedFile;
    public static ulong StolenAnonymous;
    public static ulong StolenFile;
    public static ulong Activated;
    public static ulong Deactivated;
    public static ulong LazilyFreed;

    /// <summary>Counts a look at the end of a list.</summary>
    public static void Add(bool isFile, bool isDaemon, uint scanned, uint reclaimed)
    {
        Add(ref isFile ? ref ScannedFile : ref ScannedAnonymous, scanned);
        Add(ref isFile ? ref StolenFile : ref StolenAnonymous, reclaimed);
        Add(ref isDaemon ? ref ScannedByDaemon : ref ScannedDirectly, scanned);
        Add(ref isDaemon ? ref StolenByDaemon : ref StolenDirectly, reclaimed);
    }

    /// <summary>Times that a program had to reclaim itself before it got a frame.</summary>
    public static ulong Stalls;

    /// <summary>Pages that came back from swap, and those of them that came back so soon that they were made active.</summary>
    public static ulong Refaults;
    public static ulong RefaultsActivated;

    private static void Add(ref ulong counter, uint count) => counter += count;
}
