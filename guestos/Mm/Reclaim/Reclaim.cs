using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Frees frames when few are left: looks at the ends of the page lists, gives pages that were used a second chance, and sends the others away. Input and
/// output are polled and the kernel is not preemptible, so no program runs meanwhile; but whoever asked for the frame finds page tables changed.
/// </summary>
internal static unsafe class Reclaim
{
    /// <summary>Pages reclaimed at a time.</summary>
    public const uint Batch = 32;

    // The first round looks at 1/4096 of each list, the last at all of it.
    private const int FirstPriority = 12;

    /// <summary>Wakes the daemon that reclaims in the background. Null until there is one.</summary>
    public static delegate*<void> OnLow;

    /// <summary>
    /// Frees memory of the kernel's own that it can do without, when no page can be reclaimed; false when there is none. Null until something knows of any.
    /// </summary>
    public static delegate*<bool> OnExhausted;

    private static bool s_isRunning;

    // Too little could be reclaimed last time: the daemon sleeps until somebody succeeds. It would only take the last pages of running code away again and
    // again before they are used, and nobody would ever be killed.
    private static bool s_isHopeless;

    /// <summary>Few frames are left: the daemon should work.</summary>
    public static void WakeDaemon()
    {
        if (OnLow != null && !s_isRunning && !s_isHopeless) OnLow();
    }

    /// <summary>Reclaims a batch for a program that waits for a frame; false when nothing could be reclaimed.</summary>
    public static bool Directly()
    {
        if (s_isRunning) return false;
        ReclaimCounters.Stalls++;
        return Run(isDaemon: false) != 0 || OnExhausted != null && OnExhausted();
    }

    /// <summary>A batch in the background; returns how many frames became free.</summary>
    public static uint InBackground() => s_isRunning ? 0 : Run(isDaemon: true);

    /// <summary>
    /// True when so many pages nobody has asked for yet may be read. Where few are left, reading ahead would only take away pages of running code,
    /// and would itself be taken away before it is used.
    /// </summary>
    public static bool MayReadAhead(int pages) =>
        FrameAllocator.FreeFrames + PageLists.Count(PageList.InactiveFile) + PageLists.Count(PageList.ActiveFile) > Watermarks.High + 8 * (ulong)pages;

    /// <summary>Sends a page away whatever its age: MADV_PAGEOUT. It must be anonymous or of a page source, and mapped once.</summary>
    public static void PageOutNow(uint frame)
    {
        if (s_isRunning) return;
        s_isRunning = true;
        PageLists.Remove(frame);
        PageAge age = PageAge.Of(frame);
        if (age.IsLocked || PageOut.Try(frame, age.IsDirty) != PageOutResult.Freed) PageLists.Add(frame);
        s_isRunning = false;
    }

    /// <summary>A system call has used a page: the second time makes it active (Linux's mark_page_accessed).</summary>
    public static void NoteUse(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->HasOwner || record->Is(FrameFlags.Unevictable)) return;
        if (!record->Is(FrameFlags.Referenced))
        {
            record->Set(FrameFlags.Referenced);
            return;
        }
        if (record->Is(FrameFlags.Active)) return;
        record->Clear(FrameFlags.Referenced);
        PageLists.Move(frame, isActive: true);
        ReclaimCounters.Activated++;
        Workingset.Age();
    }

    private static uint Run(bool isDaemon)
    {
        s_isRunning = true;
        if (isDaemon) ReclaimCounters.DaemonRuns++;
        uint reclaimed = 0;
        for (int priority = FirstPriority; priority >= 0 && reclaimed < Batch; priority--) reclaimed += Shrink(priority, Batch - reclaimed, isDaemon);
        s_isRunning = false;
        s_isHopeless = reclaimed < Batch;
        return reclaimed;
    }

    private static uint Shrink(int priority, uint wanted, bool isDaemon)
    {
        ScanBalance balance = ScanBalance.At(priority);
        uint reclaimed = 0;
        while (reclaimed < wanted && balance.HasWork)
        {
            if (PageLists.IsInactiveLow(isFile: true)) Deactivate(PageList.ActiveFile, Take(ref balance.ActiveFile));
            else balance.ActiveFile = 0;
            reclaimed += ShrinkInactive(PageList.InactiveFile, Take(ref balance.InactiveFile), isDaemon);
            if (PageLists.IsInactiveLow(isFile: false)) Deactivate(PageList.ActiveAnonymous, Take(ref balance.ActiveAnonymous));
            else balance.ActiveAnonymous = 0;
            reclaimed += ShrinkInactive(PageList.InactiveAnonymous, Take(ref balance.InactiveAnonymous), isDaemon);
        }
        return reclaimed;
    }

    private static uint Take(ref uint left)
    {
        uint part = left < Batch ? left : Batch;
        left -= part;
        return part;
    }

    /// <summary>Moves pages from the end of an active list to its inactive one; code that is in use stays.</summary>
    private static void Deactivate(PageList list, uint count)
    {
        for (uint scanned = 0; scanned < count;)
        {
            uint frame = PageLists.Last(list);
            if (frame == 0) return;
            PageLists.Remove(frame);
            uint pages = PageLists.PagesOf(FrameTable.Of(frame));
            scanned += pages;
            ReclaimCounters.Refilled += pages;
            PageAge age = PageAge.Of(frame);
            bool stays = age.IsLocked || age.Uses != 0 && age.IsExecutable && list == PageList.ActiveFile;
            FrameRecord* record = FrameTable.Of(frame);
            if (!stays)
            {
                record->Clear(FrameFlags.Active);
                record->Set(FrameFlags.Workingset);
                ReclaimCounters.Deactivated += pages;
            }
            PageLists.Add(frame);
        }
    }

    private static uint ShrinkInactive(PageList list, uint count, bool isDaemon)
    {
        uint reclaimed = 0, scanned = 0;
        while (scanned < count)
        {
            uint frame = PageLists.Last(list);
            if (frame == 0) break;
            PageLists.Remove(frame);
            uint pages = PageLists.PagesOf(FrameTable.Of(frame));
            scanned += pages;
            PageOutResult result = Consider(frame);
            if (result == PageOutResult.Freed)
            {
                reclaimed += pages;
                continue;
            }
            if (result == PageOutResult.Culled) continue;
            if (result == PageOutResult.Activated)
            {
                FrameTable.Of(frame)->Set(FrameFlags.Active);
                ReclaimCounters.Activated += pages;
            }
            PageLists.Add(frame);
        }
        ReclaimCounters.Add(list == PageList.InactiveFile, isDaemon, scanned, reclaimed);
        return reclaimed;
    }

    /// <summary>The second chance: a page used since the last look stays, one used twice (or code) becomes active, any other goes.</summary>
    private static PageOutResult Consider(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        bool isFile = !record->Is(FrameFlags.Anonymous) && !record->Is(FrameFlags.SwapBacked);
        PageAge age = PageAge.Of(frame);
        if (age.IsLocked || LockedPages.IsHeldBySource(record))
        {
            LockedPages.Cull(frame);
            if (age.IsLocked) LockedPages.Add(frame);
            return PageOutResult.Culled;
        }
        bool wasReferenced = record->Is(FrameFlags.Referenced);
        record->Clear(FrameFlags.Referenced);
        if (age.Uses != 0 && !record->Is(FrameFlags.LazyFree))
        {
            record->Set(FrameFlags.Referenced);
            return wasReferenced || age.Uses > 1 || isFile && age.IsExecutable ? PageOutResult.Activated : PageOutResult.Kept;
        }
        return PageOut.Try(frame, age.IsDirty);
    }
}
