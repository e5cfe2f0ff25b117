using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getrusage(2).</summary>
internal static unsafe class SysGetrusage
{
    private const int Children = -1;
    private const int OwnThread = 1;

    // Of 512 bytes.
    private const ulong BlocksPerPage = 8;

    private struct UserUsage
    {
        public ulong UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds;
        public ulong PeakKilobytes, SharedText, UnsharedData, UnsharedStack;
        public ulong MinorFaults, MajorFaults, Swaps, BlocksIn, BlocksOut, MessagesSent, MessagesReceived, Signals;
        public ulong VoluntarySwitches, InvoluntarySwitches;
    }

    public static long Call(TrapFrame* frame)
    {
        int who = (int)frame->Argument0;
        if (who < Children || who > OwnThread) return -Errno.Invalid;
        Process process = Scheduler.Current.Process;
        ResourceUsage usage = who == Children ? process.ChildrenUsage : Scheduler.UsageNow(process);
        if (who == OwnThread)
        {
            ulong peak = usage.PeakResidentPages;
            usage = Scheduler.Current.Usage;
            usage.PeakResidentPages = peak;
        }
        return Put(frame->Argument1, usage) ? 0 : -Errno.Fault;
    }

    /// <summary>Writes a struct rusage.</summary>
    public static bool Put(ulong address, in ResourceUsage usage) => UserMemory.Write(address, new UserUsage
    {
        UserSeconds = usage.UserTime / Clock.NanosecondsPerSecond,
        UserMicroseconds = usage.UserTime % Clock.NanosecondsPerSecond / 1000,
        SystemSeconds = usage.SystemTime / Clock.NanosecondsPerSecond,
        SystemMicroseconds = usage.SystemTime % Clock.NanosecondsPerSecond / 1000,
        PeakKilobytes = usage.PeakResidentPages * 4,
        MinorFaults = usage.MinorFaults,
        MajorFaults = usage.MajorFaults,
        BlocksIn = usage.Io.PagesFetched * BlocksPerPage,
        BlocksOut = usage.Io.PagesDirtied * BlocksPerPage,
        VoluntarySwitches = usage.VoluntarySwitches,
        InvoluntarySwitches = usage.InvoluntarySwitches,
    });
}
