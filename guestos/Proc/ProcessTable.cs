using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>All processes and threads by number. Threads and processes share the numbers; a process has its first thread's.</summary>
internal static class ProcessTable
{
    public const int MaximumPid = 32768;

    private const int Buckets = 256;

    private static Thread[] s_threads;
    private static int s_lastId;

    /// <summary>The newest process; the others follow by <see cref="Process.Next"/>. Zombies are in the list.</summary>
    public static Process First { get; private set; }

    public static int ProcessCount { get; private set; }
    public static int ThreadCount { get; private set; }

    /// <summary>Processes ever made, for /proc/stat.</summary>
    public static ulong ForkCount { get; private set; }

    public static int LastPid => s_lastId;

    public static void Initialize() => s_threads = new Thread[Buckets];

    /// <summary>A number nobody has, or 0.</summary>
    public static int AllocateId()
    {
        if (ThreadCount + ProcessCount >= MaximumPid / 2) return 0;
        do
        {
            s_lastId++;
            if (s_lastId >= MaximumPid) s_lastId = 300;
        }
        while (FindThread(s_lastId) != null || IdOfProcess(s_lastId));
        return s_lastId;
    }

    public static void Add(Process process)
    {
        process.Next = First;
        if (First != null) First.Previous = process;
        First = process;
        ProcessCount++;
        ForkCount++;
    }

    public static void Remove(Process process)
    {
        if (process.Previous != null) process.Previous.Next = process.Next;
        else First = process.Next;
        if (process.Next != null) process.Next.Previous = process.Previous;
        ProcessCount--;
    }

    public static void Add(Thread thread)
    {
        thread.NextInTable = s_threads[thread.Id & (Buckets - 1)];
        s_threads[thread.Id & (Buckets - 1)] = thread;
        thread.NextInProcess = thread.Process.FirstThread;
        thread.Process.FirstThread = thread;
        thread.Process.ThreadCount++;
        ThreadCount++;
    }

    public static void Remove(Thread thread)
    {
        int bucket = thread.Id & (Buckets - 1);
        if (s_threads[bucket] == thread) s_threads[bucket] = thread.NextInTable;
        else
        {
            Thread before = s_threads[bucket];
            while (before.NextInTable != thread) before = before.NextInTable;
            before.NextInTable = thread.NextInTable;
        }
        Process process = thread.Process;
        if (process.FirstThread == thread) process.FirstThread = thread.NextInProcess;
        else
        {
            Thread before = process.FirstThread;
            while (before.NextInProcess != thread) before = before.NextInProcess;
            before.NextInProcess = thread.NextInProcess;
        }
        process.ThreadCount--;
        ThreadCount--;
    }

    /// <summary>The thread with a number, or null.</summary>
    public static Thread FindThread(int id)
    {
        for (Thread thread = s_threads[id & (Buckets - 1)]; thread != null; thread = thread.NextInTable)
            if (thread.Id == id) return thread;
        return null;
    }

    /// <summary>The process with a number, zombies included, or null.</summary>
    public static Process Find(int pid)
    {
        Thread thread = FindThread(pid);
        if (thread != null && thread.Process.Pid == pid) return thread.Process;
        for (Process process = First; process != null; process = process.Next)
            if (process.Pid == pid) return process;
        return null;
    }

    /// <summary>Numbers of zombies, sessions and groups stay taken.</summary>
    private static bool IdOfProcess(int id)
    {
        for (Process process = First; process != null; process = process.Next)
            if (process.Pid == id || process.GroupId == id || process.SessionId == id) return true;
        return false;
    }
}
