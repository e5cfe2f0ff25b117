namespace GuestOs.Mm;

/// <summary>What reclaim has done since boot, for /proc/vmstat.</summary>
internal static class ReclaimCounters
{
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

    /// <summary>Pages that MADV_FREE gave up, and those of them that were freed before they were written again.</summary>
    public static ulong LazilyFreeable;
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

    /// <summary>Pages of active lists that were looked at.</summary>
    public static ulong Refilled;

    /// <summary>Rounds of the daemon.</summary>
    public static ulong DaemonRuns;

    private static void Add(ref ulong counter, uint count) => counter += count;
}
