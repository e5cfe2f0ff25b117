using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/vmstat: what memory holds, in pages, and what has happened to it since boot; Linux's names, in its order.</summary>
internal static class ProcVmStat
{
    public static void Write(ref TextWriter writer)
    {
        WriteState(ref writer);
        WriteWorkingset(ref writer);
        WriteFiles(ref writer);
        WriteEvents(ref writer);
        WriteReclaim(ref writer);
        HugePageSettings.WriteCounters(ref writer);
    }

    private static void WriteState(ref TextWriter writer)
    {
        writer.Line("nr_free_pages ", FrameAllocator.FreeFrames);
        writer.Line("nr_inactive_anon ", PageLists.Count(PageList.InactiveAnonymous));
        writer.Line("nr_active_anon ", PageLists.Count(PageList.ActiveAnonymous));
        writer.Line("nr_inactive_file ", PageLists.Count(PageList.InactiveFile));
        writer.Line("nr_active_file ", PageLists.Count(PageList.ActiveFile));
        writer.Line("nr_unevictable ", PageLists.Count(PageList.Unevictable));
        writer.Line("nr_slab_reclaimable ", KernelHeap.ReclaimableBytes >> 12);
        writer.Line("nr_slab_unreclaimable ", (KernelHeap.BytesInUse - KernelHeap.ReclaimableBytes) >> 12);
        writer.Line("nr_mlock ", LockedPages.Count);
    }

    private static void WriteWorkingset(ref TextWriter writer)
    {
        writer.Line("workingset_refault_anon ", Workingset.Anonymous.Refaults);
        writer.Line("workingset_refault_file ", Workingset.File.Refaults);
        writer.Line("workingset_activate_anon ", Workingset.Anonymous.Activations);
        writer.Line("workingset_activate_file ", Workingset.File.Activations);
        writer.Line("workingset_restore_anon ", Workingset.Anonymous.Restores);
        writer.Line("workingset_restore_file ", Workingset.File.Restores);
    }

    private static void WriteFiles(ref TextWriter writer)
    {
        writer.Line("nr_anon_pages ", AnonymousPage.Pages);
        writer.Line("nr_mapped ", MappedPages.Count());
        writer.Line("nr_file_pages ", PageCache.TotalPages);
        writer.Line("nr_dirty ", DirtyFiles.TotalPages);
        // Whoever writes back waits for it: nothing is ever seen under way.
        writer.Line("nr_writeback ", 0);
        writer.Line("nr_shmem ", RamFileSystem.TotalPages - MemoryFileSwap.TotalPages);
        writer.Line("nr_dirtied ", DirtyFiles.PagesDirtied);
        writer.Line("nr_written ", DirtyFiles.PagesWrittenBack + ReclaimCounters.PagesSwappedOut);
        writer.Line("nr_page_table_pages ", PageTable.TotalPages);
        writer.Line("nr_swapcached ", SwapCache.Pages);
        writer.Line("nr_dirty_threshold ", DirtyFiles.Threshold);
        writer.Line("nr_dirty_background_threshold ", DirtyFiles.BackgroundThreshold);
    }

    private static void WriteEvents(ref TextWriter writer)
    {
        writer.Line("pgpgin ", (PageCache.PagesRead + ReclaimCounters.PagesSwappedIn) << 2);
        writer.Line("pgpgout ", (PageCache.PagesWritten + ReclaimCounters.PagesSwappedOut) << 2);
        writer.Line("pswpin ", ReclaimCounters.PagesSwappedIn);
        writer.Line("pswpout ", ReclaimCounters.PagesSwappedOut);
        writer.Line("pgalloc_normal ", FrameAllocator.AllocationCount);
        writer.Line("allocstall_normal ", ReclaimCounters.Stalls);
        writer.Line("pgfree ", FrameAllocator.FreeCount);
        writer.Line("pgactivate ", ReclaimCounters.Activated);
        writer.Line("pgdeactivate ", ReclaimCounters.Deactivated);
        writer.Line("pglazyfree ", ReclaimCounters.LazilyFreeable);
        writer.Line("pglazyfreed ", ReclaimCounters.LazilyFreed);
        writer.Line("pgfault ", PageFaultCounters.All);
        writer.Line("pgmajfault ", PageFaultCounters.Major);
    }

    private static void WriteReclaim(ref TextWriter writer)
    {
        writer.Line("pgrefill ", ReclaimCounters.Refilled);
        writer.Line("pgsteal_kswapd ", ReclaimCounters.StolenByDaemon);
        writer.Line("pgsteal_direct ", ReclaimCounters.StolenDirectly);
        writer.Line("pgscan_kswapd ", ReclaimCounters.ScannedByDaemon);
        writer.Line("pgscan_direct ", ReclaimCounters.ScannedDirectly);
        writer.Line("pgscan_anon ", ReclaimCounters.ScannedAnonymous);
        writer.Line("pgscan_file ", ReclaimCounters.ScannedFile);
        writer.Line("pgsteal_anon ", ReclaimCounters.StolenAnonymous);
        writer.Line("pgsteal_file ", ReclaimCounters.StolenFile);
        writer.Line("pageoutrun ", ReclaimCounters.DaemonRuns);
        writer.Line("oom_kill ", OutOfMemory.KillCount);
        writer.Line("swap_ra ", SwapReadAhead.PagesRead);
        writer.Line("swap_ra_hit ", SwapReadAhead.Hits);
        writer.Line("unevictable_pgs_culled ", LockedPages.Culled);
        writer.Line("unevictable_pgs_rescued ", LockedPages.Rescued);
        writer.Line("unevictable_pgs_mlocked ", LockedPages.Locked);
        writer.Line("unevictable_pgs_munlocked ", LockedPages.Unlocked);
    }
}
