using System.Runtime.CompilerServices;

namespace GuestOs.Proc;

/// <summary>What a process has moved by read(2), write(2) and their kin, for /proc/PID/io.</summary>
internal struct IoUsage
{
    /// <summary>Bytes that calls returned or took, whatever the file.</summary>
    public ulong BytesRead;
    public ulong BytesWritten;

    /// <summary>Calls, failed ones included.</summary>
    public ulong ReadCalls;
    public ulong WriteCalls;

    /// <summary>Pages that had to come from a disk or the host, and pages of files there that were changed.</summary>
    public ulong PagesFetched;
    public ulong PagesDirtied;

    public void Add(in IoUsage other)
    {
        BytesRead += other.BytesRead;
        BytesWritten += other.BytesWritten;
        ReadCalls += other.ReadCalls;
        WriteCalls += other.WriteCalls;
        PagesFetched += other.PagesFetched;
        PagesDirtied += other.PagesDirtied;
    }
}

/// <summary>Counts <see cref="IoUsage"/> for the running thread and its process.</summary>
internal static class IoAccounting
{
    private static ulong s_fetched;
    private static ulong s_dirtied;

    /// <summary>A call that reads is over; passes its result on.</summary>
    public static long Read(long result)
    {
        Thread thread = Scheduler.Current;
        CountRead(ref thread.Usage.Io, result);
        CountRead(ref thread.Process.Usage.Io, result);
        return result;
    }

    /// <summary>A call that writes is over; passes its result on.</summary>
    public static long Write(long result)
    {
        Thread thread = Scheduler.Current;
        CountWrite(ref thread.Usage.Io, result);
        CountWrite(ref thread.Process.Usage.Io, result);
        return result;
    }

    /// <summary>Credits the running thread with the pages moved since the call before: nobody else has run in between.</summary>
    public static void SettlePages()
    {
        ulong fetched = Fs.PageCache.PagesRead + Mm.ReclaimCounters.PagesSwappedIn, dirtied = Fs.DirtyFiles.PagesDirtied;
        if (fetched == s_fetched && dirtied == s_dirtied) return;
        Thread thread = Scheduler.Current;
        CountPages(ref thread.Usage.Io, fetched - s_fetched, dirtied - s_dirtied);
        CountPages(ref thread.Process.Usage.Io, fetched - s_fetched, dirtied - s_dirtied);
        s_fetched = fetched;
        s_dirtied = dirtied;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountRead(ref IoUsage usage, long result)
    {
        usage.ReadCalls++;
        if (result > 0) usage.BytesRead += (ulong)result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountWrite(ref IoUsage usage, long result)
    {
        usage.WriteCalls++;
        if (result > 0) usage.BytesWritten += (ulong)result;
    }

    private static void CountPages(ref IoUsage usage, ulong fetched, ulong dirtied)
    {
        usage.PagesFetched += fetched;
        usage.PagesDirtied += dirtied;
    }
}
