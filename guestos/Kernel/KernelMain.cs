using System.Runtime;
using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;
using GuestOs.Syscalls;
using Internal.Runtime;

namespace GuestOs.Kernel;

/// <summary>The kernel's start: brings each part up in order, then becomes the idle thread.</summary>
internal static unsafe class KernelMain
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong startInfoPhysical)
    {
        SerialInput.EarlyByte = Uart16550.Com1.Initialize();
        Uart16550.Com2.Initialize();
        DescriptorTables.Initialize();
        PvhStartInfo* startInfo = (PvhStartInfo*)Physical.ToPointer(startInfoPhysical);
        if (startInfo->Magic != PvhStartInfo.ExpectedMagic) Panic.Because("the boot loader did not pass a PVH start info");
        CpuFeatures.Initialize();
        BootMemory.Initialize(startInfo);
        KernelPageTables.Initialize();
        KernelHeap.Initialize();
        Workingset.Initialize();
        StaticsInitializer.Run(KernelImage.ReadyToRunHeader());
        byte empty = 0;
        BootOptions options = new BootOptions(startInfo->CommandLine != 0 ? Physical.ToPointer(startInfo->CommandLine) : &empty);
        StartOptions.ApplyEarly(options);
        LegacyChips.MaskPic();
        LocalApic.Initialize();
        IoApic.Initialize();
        Clock.Calibrate();
        LogBanner();
        PageTable.Initialize();
        Vdso.Initialize();
        ProcessTable.Initialize();
        Scheduler.Initialize();
        Futex.Initialize();
        SemaphoreSet.Initialize();
        MessageQueue.Initialize();
        Clone.Initialize();
        Timers.Initialize();
        CpuTimers.Initialize();
        UserTraps.Initialize();
        SyscallTable.Initialize();
        Msr.EnableSyscall();
        InitProcess.Start();
        ReclaimDaemon.Initialize();
        CollapseDaemon.Initialize();
        FileSystemStart.Run(options, startInfo);
        KernelLogReader.Initialize();
        FirstProgram.Start(options);
        Scheduler.Idle();
    }

    private static void LogBanner() =>
        KernelLog.Info("X64Emu kernel: ").Decimal(FrameAllocator.FreeFrames / 256).Text(" MiB free of ")
            .Decimal(FrameAllocator.TotalFrames / 256).Text(" MiB, TSC ").Decimal(Clock.TscFrequency / 1000000).Text(" MHz, APIC timer ")
            .Decimal(LocalApic.TimerFrequency / 1000000).Text(" MHz").End();
}
