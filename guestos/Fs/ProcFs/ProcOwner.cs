using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>Whose node of /proc it is: nobody's, a process's, a thread's, or an open file's of a process.</summary>
internal readonly struct ProcOwner
{
    public ProcOwner(int pid, int threadId = 0, int descriptor = 0)
    {
        Pid = pid;
        ThreadId = threadId;
        Descriptor = descriptor;
    }

    /// <summary>0 for nodes of the whole system.</summary>
    public int Pid { get; }

    /// <summary>0 for nodes of the whole process.</summary>
    public int ThreadId { get; }

    /// <summary>For nodes of an open file.</summary>
    public int Descriptor { get; }

    /// <summary>What the node's texts show as Pid: the thread's number or the process's.</summary>
    public int ShownId => ThreadId == 0 ? Pid : ThreadId;

    /// <summary>The process, or null when it has gone, or the thread has.</summary>
    public Process Process
    {
        get
        {
            if (ThreadId == 0) return ProcessTable.Find(Pid);
            Process process = ProcessTable.FindThread(ThreadId)?.Process;
            return process != null && process.Pid == Pid ? process : null;
        }
    }

    /// <summary>The thread whose state the node shows: the process's first one unless it is a thread's node. Null when it has gone.</summary>
    public Thread Thread => ProcessTable.FindThread(ShownId);

    /// <summary>The open file, without a reference, or null when it is closed.</summary>
    public OpenFile File => Process?.Files?.Get(Descriptor);

    /// <summary>The same for one of its open files.</summary>
    public ProcOwner WithDescriptor(int descriptor) => new ProcOwner(Pid, ThreadId, descriptor);
}
