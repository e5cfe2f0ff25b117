using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/io and /proc/PID/schedstat.</summary>
internal static class ProcAccounting
{
    private const int PageShift = 12;

    /// <summary>proc_pid_io(5). No changed page is ever thrown away unwritten on purpose, so nothing is cancelled.</summary>
    public static void WriteIo(Process process, ProcOwner owner, ref TextWriter writer)
    {
        IoUsage io = UsageOf(process, owner).Io;
        writer.Line("rchar: ", io.BytesRead);
        writer.Line("wchar: ", io.BytesWritten);
        writer.Line("syscr: ", io.ReadCalls);
        writer.Line("syscw: ", io.WriteCalls);
        writer.Line("read_bytes: ", io.PagesFetched << PageShift);
        writer.Line("write_bytes: ", io.PagesDirtied << PageShift);
        writer.Line("cancelled_write_bytes: ", 0);
    }

    /// <summary>Nanoseconds on the CPU, nanoseconds of waiting for it, turns on it: of the process's first thread, or the node's.</summary>
    public static void WriteSchedule(ProcOwner owner, ref TextWriter writer)
    {
        CpuAccounting.Settle();
        ResourceUsage usage = owner.Thread == null ? default : owner.Thread.Usage;
        writer.Decimal(usage.CpuTime);
        writer.Byte((byte)' ');
        writer.Decimal(usage.WaitTime);
        writer.Byte((byte)' ');
        writer.Decimal(usage.Turns);
        writer.Byte((byte)'\n');
    }

    /// <summary>A process's resources with those of threads that ended, or one thread's, up to now.</summary>
    public static ResourceUsage UsageOf(Process process, ProcOwner owner)
    {
        ResourceUsage usage = Scheduler.UsageNow(process);
        return owner.ThreadId == 0 || owner.Thread == null ? usage : owner.Thread.Usage;
    }
}
