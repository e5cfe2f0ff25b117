using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>All processes and threads by number. Threads and processes share the numbers; a process has its first thread's.</summary>
internal static class ProcessTable
{
    public const int MaximumPid = 32768;

    private const int Buckets = 256;

    private static Thread[] s_threads;
    private static Process[] s_processes;

    // By group.
    private static Process[] s_members;

    // How many threads, processes, groups and sessions have a number.
    private static ushort[] s_uses;
    private static int s_lastId;
    private static int s_highestId;

    /// <summary>The newest process; the others follow by <see cref="Process.Next"/>. Zombies are in the list.</summary>
    public static Process First { get; private set; }

    public static int ProcessCount { get; private set; }
    public static int ThreadCount { get; private set; }

    /// <summary>Processes ever made, for /proc/stat.</summary>
    public static ulong ForkCount { get; private set; }

    public static int LastPid => s_lastId;

    public static void Initialize()
    {
        s_threads = new Thread[Buckets];
        s_processes = new Process[Buckets];
        s_members = new Process[Buckets];
        s_uses = new ushort[MaximumPid];
    }

    /// <summary>A number nobody has, or 0.</summary>
    public static int AllocateId()
    {
        if (ThreadCount + ProcessCount >= MaximumPid / 2) return 0;
        do
        {
            s_lastId++;
            if (s_lastId >= MaximumPid) s_lastId = 300;
        }
        while (s_uses[s_lastId] != 0);
        if (s_lastId > s_highestId) s_highestId = s_lastId;
        return s_lastId;
    }

    /// <summary>Enters a process, which has its group and session already.</summary>
    public static void Add(Process process)
    {
        process.Next = First;
        if (First != null) First.Previous = process;
        First = process;
        ref Process bucket = ref s_processes[process.Pid & (Buckets - 1)];
        process.NextInTable = bucket;
        bucket = process;
        s_uses[process.Pid]++;
        s_uses[process.GroupId]++;
        s_uses[process.SessionId]++;
        EnterGroup(process);
        ProcessCount++;
        process.Credentials.Account.TaskCount++;
        process.Serial = ++ForkCount;
    }

    public static void Remove(Process process)
    {
        if (process.Previous != null) process.Previous.Next = process.Next;
        else First = process.Next;
        if (process.Next != null) process.Next.Previous = process.Previous;
        ref Process bucket = ref s_processes[process.Pid & (Buckets - 1)];
        if (bucket == process) bucket = process.NextInTable;
        else
        {
            Process before = bucket;
            while (before.NextInTable != process) before = before.NextInTable;
            before.NextInTable = process.NextInTable;
        }
        s_uses[process.Pid]--;
        s_uses[process.GroupId]--;
        s_uses[process.SessionId]--;
        LeaveGroup(process);
        ProcessCount--;
        process.Credentials.Account.TaskCount--;
    }

    /// <summary>Moves a process to another group and session.</summary>
    public static void Regroup(Process process, int groupId, int sessionId)
    {
        s_uses[process.GroupId]--;
        s_uses[process.SessionId]--;
        LeaveGroup(process);
        process.GroupId = groupId;
        process.SessionId = sessionId;
        EnterGroup(process);
        s_uses[groupId]++;
        s_uses[sessionId]++;
    }

    /// <summary>A process of a group, zombies included, or null; the others follow by <see cref="NextInGroup"/>.</summary>
    public static Process FirstInGroup(int groupId) => MemberFrom(s_members[groupId & (Buckets - 1)], groupId);

    /// <summary>Another process of the same group, or null after the last.</summary>
    public static Process NextInGroup(Process process) => MemberFrom(process.NextMember, process.GroupId);

    /// <summary>The process with the lowest number from <paramref name="pid"/> on, zombies included, or null.</summary>
    public static Process NextByNumber(int pid)
    {
        for (; pid <= s_highestId; pid++)
        {
            Process process = s_uses[pid] == 0 ? null : Find(pid);
            if (process != null) return process;
        }
        return null;
    }

    /// <summary>The process's thread with the lowest number from <paramref name="id"/> on, or null.</summary>
    public static Thread NextThreadByNumber(Process process, int id)
    {
        if (process.HasThreadsInOrder)
        {
            Thread before = FindThread(id - 1), thread = before?.Process == process ? before.NextInProcess : process.FirstThread;
            while (thread != null && thread.Id < id) thread = thread.NextInProcess;
            return thread;
        }
        for (; id <= s_highestId; id++)
        {
            Thread thread = s_uses[id] == 0 ? null : FindThread(id);
            if (thread?.Process == process) return thread;
        }
        return null;
    }

    private static Process MemberFrom(Process process, int groupId)
    {
        while (process != null && process.GroupId != groupId) process = process.NextMember;
        return process;
    }

    private static void EnterGroup(Process process)
    {
        ref Process bucket = ref s_members[process.GroupId & (Buckets - 1)];
        process.PreviousMember = null;
        process.NextMember = bucket;
        if (bucket != null) bucket.PreviousMember = process;
        bucket = process;
    }

    private static void LeaveGroup(Process process)
    {
        if (process.PreviousMember != null) process.PreviousMember.NextMember = process.NextMember;
        else s_members[process.GroupId & (Buckets - 1)] = process.NextMember;
        if (process.NextMember != null) process.NextMember.PreviousMember = process.PreviousMember;
    }

    /// <summary>Enters a thread, the last one of its process.</summary>
    public static void Add(Thread thread)
    {
        thread.NextInTable = s_threads[thread.Id & (Buckets - 1)];
        s_threads[thread.Id & (Buckets - 1)] = thread;
        Process process = thread.Process;
        thread.NextInProcess = null;
        thread.PreviousInProcess = process.LastThread;
        process.HasThreadsInOrder = process.LastThread == null || process.HasThreadsInOrder && thread.Id > process.LastThread.Id;
        if (process.LastThread != null) process.LastThread.NextInProcess = thread;
        else process.FirstThread = thread;
        process.LastThread = thread;
        process.ThreadCount++;
        // The first thread is counted with its process, which outlives it.
        if (thread.Id != process.Pid) thread.Credentials.Account.TaskCount++;
        s_uses[thread.Id]++;
        ThreadCount++;
    }

    public static void Remove(Thread thread)
    {
        ref Thread bucket = ref s_threads[thread.Id & (Buckets - 1)];
        if (bucket == thread) bucket = thread.NextInTable;
        else
        {
            Thread before = bucket;
            while (before.NextInTable != thread) before = before.NextInTable;
            before.NextInTable = thread.NextInTable;
        }
        Process process = thread.Process;
        if (thread.PreviousInProcess != null) thread.PreviousInProcess.NextInProcess = thread.NextInProcess;
        else process.FirstThread = thread.NextInProcess;
        if (thread.NextInProcess != null) thread.NextInProcess.PreviousInProcess = thread.PreviousInProcess;
        else process.LastThread = thread.PreviousInProcess;
        process.ThreadCount--;
        if (thread.Id != process.Pid) thread.Credentials.Account.TaskCount--;
        s_uses[thread.Id]--;
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
        for (Process process = s_processes[pid & (Buckets - 1)]; process != null; process = process.NextInTable)
            if (process.Pid == pid) return process;
        return null;
    }
}
