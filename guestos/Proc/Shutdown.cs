using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>The orderly end of the machine.</summary>
internal static class Shutdown
{
    /// <summary>Ends the machine with the main program's status: its exit code, or 128 and the signal that killed it.</summary>
    public static void Run(int waitStatus, in ResourceUsage usage)
    {
        if (Fs.DirtyFiles.WriteBackAll() != 0) KernelLog.Warn("kernel: some changes to files could not be written").End();
        int signal = waitStatus & 0x7f;
        KernelLog.Info("kernel: ").Decimal(Mm.FrameAllocator.FreeFrames).Text(" frames free, ").Decimal(Scheduler.SwitchCount).Text(" context switches, ")
            .Decimal(usage.MinorFaults + usage.MajorFaults).Text(" page faults, ").Decimal(usage.MajorFaults).Text(" major").End();
        DebugExit.Exit((uint)(signal != 0 ? 128 + signal : waitStatus >> 8 & 0xff));
    }
}
