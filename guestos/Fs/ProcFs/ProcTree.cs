namespace GuestOs.Fs;

/// <summary>What /proc shows of the whole system; processes and links are <see cref="ProcInode"/>'s.</summary>
internal static unsafe class ProcTree
{
    public static KernelNode Build()
    {
        KernelNode root = KernelNode.NewRoot();
        root.AddFile("buddyinfo"u8, &ProcSystemText.WriteBuddyInfo);
        root.AddFile("cmdline"u8, &ProcSystemText.WriteCommandLine);
        root.AddFile("cpuinfo"u8, &ProcCpuInfo.Write);
        root.AddFile("devices"u8, &ProcSystemText.WriteDevices);
        root.AddFile("diskstats"u8, &ProcDisks.WriteStatistics);
        root.AddFile("filesystems"u8, &ProcSystemText.WriteFileSystems);
        root.AddFile("framecheck"u8, &ProcFrameCheck.Write);
        root.AddFile("interrupts"u8, &ProcInterrupts.Write);
        root.AddFile("iomem"u8, &ProcResources.WriteMemory);
        root.AddFile("ioports"u8, &ProcResources.WritePorts);
        root.AddSpecial("kpagecount"u8, &FrameFile.OpenCounts);
        root.AddSpecial("kpageflags"u8, &FrameFile.OpenFlags);
        root.AddFile("loadavg"u8, &ProcSystemText.WriteLoad);
        root.AddFile("locks"u8, &ProcLocks.Write);
        root.AddFile("meminfo"u8, &ProcSystemText.WriteMemory);
        // No module is ever loaded.
        root.AddText("modules"u8, ""u8);
        root.AddFile("partitions"u8, &ProcDisks.WritePartitions);
        root.AddFile("slabinfo"u8, &ProcSlabInfo.Write);
        // Interrupts do all of their work themselves.
        root.AddText("softirqs"u8, "                    CPU0       \n          HI:          0\n       TIMER:          0\n      NET_TX:          0\n      NET_RX:          0\n"u8
            + "       BLOCK:          0\n    IRQ_POLL:          0\n     TASKLET:          0\n       SCHED:          0\n     HRTIMER:          0\n         RCU:          0\n"u8);
        root.AddFile("stat"u8, &ProcStat.Write);
        root.AddFile("swaps"u8, &ProcSystemText.WriteSwaps);
        KernelNode interprocess = root.AddDirectory("sysvipc"u8);
        interprocess.AddFile("msg"u8, &ProcInterprocess.WriteQueues);
        interprocess.AddFile("sem"u8, &ProcInterprocess.WriteSemaphores);
        interprocess.AddFile("shm"u8, &SharedSegments.Write);
        root.AddDirectory("tty"u8).AddFile("drivers"u8, &ProcSystemText.WriteTerminalDrivers);
        root.AddFile("uptime"u8, &ProcSystemText.WriteUptime);
        root.AddFile("version"u8, &ProcSystemText.WriteVersion);
        root.AddFile("vmstat"u8, &ProcVmStat.Write);
        root.AddFile("zoneinfo"u8, &ProcZoneInfo.Write);
        KernelNode settings = root.AddDirectory("sys"u8);
        FsSettings.AddTo(settings.AddDirectory("fs"u8));
        KernelSettings.AddTo(settings.AddDirectory("kernel"u8));
        VmSettings.AddTo(settings.AddDirectory("vm"u8));
        return root;
    }
}
