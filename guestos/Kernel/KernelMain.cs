using System.Runtime;
using GuestOs.Arch;
using GuestOs.Mm;
using Internal.Runtime;

namespace GuestOs.Kernel;

/// <summary>The kernel's start: brings each part up in order.</summary>
internal static unsafe class KernelMain
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong startInfoPhysical)
    {
        Uart16550.Com1.Initialize();
        Uart16550.Com2.Initialize();
        DescriptorTables.Initialize();
        PvhStartInfo* startInfo = (PvhStartInfo*)Physical.ToPointer(startInfoPhysical);
        if (startInfo->Magic != PvhStartInfo.ExpectedMagic) Panic.Because("the boot loader did not pass a PVH start info");
        CpuFeatures.Initialize();
        BootMemory.Initialize(startInfo);
        KernelPageTables.Initialize();
        KernelHeap.Initialize();
        StaticsInitializer.Run(KernelImage.ReadyToRunHeader());
        KernelLog.Level = LogLevel.Info;
        LegacyChips.MaskPic();
        LocalApic.Initialize();
        IoApic.Initialize();
        Clock.Calibrate();
        Msr.EnableSyscall();
        KernelLog.Info("X64Emu kernel: ").Decimal(FrameAllocator.FreeFrames / 256).Text(" MiB free of ")
            .Decimal(FrameAllocator.TotalFrames / 256).Text(" MiB, TSC ").Decimal(Clock.TscFrequency / 1000000).Text(" MHz, APIC timer ")
            .Decimal(LocalApic.TimerFrequency / 1000000).Text(" MHz").End();
        DebugExit.Exit(0);
    }

    [RuntimeExport("user_return_work")] private static void A(TrapFrame* frame) { }
    [RuntimeExport("syscall_dispatch")] private static void B(TrapFrame* frame) { }
    [RuntimeExport("thread_started")] private static void C(TrapFrame* frame) { }
}
