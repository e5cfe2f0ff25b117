using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// The kernel thread that makes huge pages of small ones (Linux's khugepaged). It is started by the first memory that may have them. Its timer runs only
/// while there may be something to do: when a scan of everything made no huge page and no page fault came meanwhile, it rests until one does.
/// </summary>
internal static unsafe class CollapseDaemon
{
    // Programs get the same numbers whether it runs or not.
    private const int ThreadId = ProcessTable.MaximumPid - 2;
    private const ulong NanosecondsPerMillisecond = 1000000;

    private static WaitQueue s_asleep;
    private static bool s_isStarted;
    private static bool s_isShort;

    // Where the scan goes on: in the space with this number, or the next one there is.
    private static ulong s_spaceNumber;
    private static ulong s_address;

    // Faults and huge pages made when the scan of everything began.
    private static ulong s_faults;
    private static ulong s_collapsed;

    /// <summary>Starts the daemon from now on when there is work for it.</summary>
    public static void Initialize()
    {
        s_asleep = new WaitQueue();
        CollapseScan.OnWork = &Wake;
    }

    /// <summary>A setting has changed: it looks at once.</summary>
    public static int Hurry()
    {
        if (s_isStarted && s_asleep.First != null) WaitQueue.Wake(s_asleep.First);
        return 0;
    }

    private static void Wake()
    {
        if (s_isStarted)
        {
            Hurry();
            return;
        }
        s_isStarted = true;
        Scheduler.StartKernelThread("khugepaged"u8, &Run, ThreadId);
    }

    private static void Run(ulong argument)
    {
        while (true)
        {
            int milliseconds = s_isShort ? CollapseScan.AllocationSleepMilliseconds : CollapseScan.ScanSleepMilliseconds;
            s_asleep.SleepUntil(Clock.Now + (ulong)milliseconds * NanosecondsPerMillisecond);
            if (Scan()) continue;
            CollapseScan.HasRested = true;
            s_asleep.SleepUninterruptible();
            CollapseScan.HasRested = false;
        }
    }

    /// <summary>Looks at as many pages as the setting says, at everything once at most. False when there is nothing to come back for.</summary>
    private static bool Scan()
    {
        int pagesLeft = CollapseScan.PagesToScan;
        s_isShort = false;
        int ends = 0;
        while (pagesLeft > 0 && ends < 2 && !s_isShort)
        {
            AddressSpace space = FindSpace();
            if (space != null)
            {
                if (space.Number != s_spaceNumber) s_address = 0;
                s_spaceNumber = space.Number;
                if (!CollapseScan.Look(space, ref s_address, ref pagesLeft, out s_isShort)) continue;
                s_spaceNumber++;
                s_address = 0;
                pagesLeft--;
                continue;
            }
            ends++;
            if (!EndFullScan()) return false;
        }
        return true;
    }

    /// <summary>Counts a scan of everything. False when it made nothing and no fault came since it began.</summary>
    private static bool EndFullScan()
    {
        s_spaceNumber = 0;
        s_address = 0;
        CollapseScan.FullScans++;
        ulong faults = PageFaultCounters.Minor + PageFaultCounters.Major;
        bool hasChanged = faults != s_faults || CollapseScan.PagesCollapsed != s_collapsed;
        s_faults = faults;
        s_collapsed = CollapseScan.PagesCollapsed;
        return hasChanged;
    }

    /// <summary>The living address space with the lowest number from the one on where the scan is; null when there is none.</summary>
    private static AddressSpace FindSpace()
    {
        AddressSpace found = null;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            AddressSpace space = process.Space;
            if (space != null && space.Number >= s_spaceNumber && (found == null || space.Number < found.Number)) found = space;
        }
        return found;
    }
}
