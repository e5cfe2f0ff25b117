using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sysinfo(2).</summary>
internal static unsafe class SysSysinfo
{
    private struct Info
    {
        public ulong UptimeSeconds, Load1, Load5, Load15;
        public ulong TotalRam, FreeRam, SharedRam, BufferRam, TotalSwap, FreeSwap;
        public ushort Processes, Padding0;
        public uint Padding1;
        public ulong TotalHigh, FreeHigh;
        public uint Unit;
        public uint Padding2;
    }

    // Loads are in units of 1/65536.
    private const int LoadShift = 16;

    public static long Call(TrapFrame* frame)
    {
        LoadAverage.Advance(Clock.Now, Scheduler.ActiveCount);
        return UserMemory.Write(frame->Argument0, Now) ? 0 : -Errno.Fault;
    }

    private static Info Now => new Info
    {
        UptimeSeconds = Clock.Now / Clock.NanosecondsPerSecond,
        Load1 = LoadAverage.Fraction(1, LoadShift),
        Load5 = LoadAverage.Fraction(5, LoadShift),
        Load15 = LoadAverage.Fraction(15, LoadShift),
        TotalRam = (ulong)FrameAllocator.TotalFrames << 12,
        FreeRam = (ulong)FrameAllocator.FreeFrames << 12,
        SharedRam = (RamFileSystem.TotalPages - MemoryFileSwap.TotalPages) << 12,
        TotalSwap = SwapArea.TotalPages << 12,
        FreeSwap = SwapArea.FreePages << 12,
        Processes = (ushort)ProcessTable.ThreadCount,
        Unit = 1,
    };
}
