using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What the OOM killer says, in Linux's words and columns: what memory there is in whole is for dmesg alone.</summary>
internal static class OutOfMemoryReport
{
    /// <summary>Before the victim is killed.</summary>
    public static void Write(Process requester, Process victim, bool listsProcesses)
    {
        KernelLog.Warn("").Bytes(ProcProcessText.NameOf(requester)).Text(" invoked oom-killer: order=0, oom_score_adj=")
            .Decimal((long)requester.OutOfMemoryAdjustment).End();
        WriteMemory();
        if (listsProcesses)
        {
            KernelLog.Warn("Tasks state (memory values in pages):").End();
            KernelLog.Warn("[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name").End();
            for (Process process = ProcessTable.First; process != null; process = process.Next)
                if (process.Space != null) List(process);
        }
        AddressSpace space = victim.Space;
        MemorySizes sizes = MemorySizes.Of(space);
        KernelLog.Warn("Out of memory: Killed process ").Decimal((long)victim.Pid).Text(" (").Bytes(ProcProcessText.NameOf(victim)).Text(") total-vm:")
            .Decimal(space.Totals.Pages << 2).Text("kB, anon-rss:").Decimal(sizes.AnonymousPages(space) << 2)
            .Text("kB, file-rss:").Decimal(sizes.FilePages << 2).Text("kB, shmem-rss:").Decimal(sizes.SharedMemoryPages << 2).Text("kB, UID:").Decimal(victim.Credentials.User.Real)
            .Text(" pgtables:").Decimal(space.TablePages << 2).Text("kB oom_score_adj:").Decimal((long)victim.OutOfMemoryAdjustment).End();
    }

    private static void WriteMemory()
    {
        KernelLog.Info("Mem-Info:").End();
        KernelLog.Info("active_anon:").Decimal(PageLists.Count(PageList.ActiveAnonymous))
            .Text(" inactive_anon:").Decimal(PageLists.Count(PageList.InactiveAnonymous))
            .Text(" active_file:").Decimal(PageLists.Count(PageList.ActiveFile)).Text(" inactive_file:").Decimal(PageLists.Count(PageList.InactiveFile)).End();
        KernelLog.Info(" dirty:").Decimal(DirtyFiles.TotalPages).Text(" slab_unreclaimable:").Decimal(KernelHeap.BytesInUse >> 12)
            .Text(" pagetables:").Decimal(PageTable.TotalPages).Text(" free:").Decimal(FrameAllocator.FreeFrames).End();
        KernelLog.Info("").Decimal(PageCache.TotalPages).Text(" total pagecache pages").End();
        KernelLog.Info("").Decimal(SwapCache.Pages).Text(" pages in swap cache").End();
        KernelLog.Info("Free swap  = ").Decimal(SwapArea.FreePages << 2).Text("kB").End();
        KernelLog.Info("Total swap = ").Decimal(SwapArea.TotalPages << 2).Text("kB").End();
        KernelLog.Info("").Decimal(FrameAllocator.TotalFrames).Text(" pages RAM").End();
    }

    private static void List(Process process)
    {
        AddressSpace space = process.Space;
        MemorySizes sizes = MemorySizes.Of(space);
        KernelLog.Warn("[").Decimal((ulong)process.Pid, 7).Text("] ").Decimal(process.Credentials.User.Real, 5).Text(" ").Decimal((ulong)process.Pid, 5)
            .Text(" ").Decimal(space.Totals.Pages, 8)
            .Text(" ").Decimal(space.ResidentPages, 8).Text(" ").Decimal(sizes.AnonymousPages(space), 8)
            .Text(" ").Decimal(sizes.FilePages, 8).Text(" ").Decimal(sizes.SharedMemoryPages, 9)
            .Text(" ").Decimal(space.TablePages << 12, 8).Text(" ").Decimal(space.SwapPages, 8).Text("         ").Signed(process.OutOfMemoryAdjustment, 5)
            .Text(" ").Bytes(ProcProcessText.NameOf(process)).End();
    }
}
