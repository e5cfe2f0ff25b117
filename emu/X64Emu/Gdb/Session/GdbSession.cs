using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Session;

/// <summary>What one connection has agreed on and where it stands; packet handlers work on it.</summary>
internal sealed class GdbSession(IDebugTarget target)
{
    /// <summary>The machine.</summary>
    public IDebugTarget Target { get; } = target;

    /// <summary>Files that gdb has open.</summary>
    public OpenFiles Files { get; } = new();

    /// <summary>Whether thread numbers carry process numbers.</summary>
    public bool HasProcesses { get; set; }

    /// <summary>Whether gdb stays after the program's end, to start it again (`target extended-remote`).</summary>
    public bool IsExtended { get; set; }

    /// <summary>Acknowledgements are off from the next packet on.</summary>
    public bool WantsNoAcknowledgements { get; set; }

    /// <summary>Whether memory packets mean physical addresses.</summary>
    public bool UsesPhysicalMemory { get; set; }

    /// <summary>The thread that register and memory packets mean (Hg).</summary>
    public ThreadSelector General { get; set; }

    /// <summary>The thread that old resume packets mean (Hc).</summary>
    public ThreadSelector Resumed { get; set; }

    /// <summary>What gdb wants to happen next; the connection's loop does it when the packet is handled.</summary>
    public ResumeRequest? PendingResume { get; set; }

    /// <summary>How gdb wants the connection to end; null while it goes on.</summary>
    public ConnectionEnd? End { get; set; }

    /// <summary>Threads not yet listed by qsThreadInfo.</summary>
    public Queue<GuestThreadId> UnlistedThreads { get; set; } = [];

    /// <summary>The threads gdb may see: those of the processes it debugs.</summary>
    public IEnumerable<TargetThread> VisibleThreads => Target.Threads.Where(thread => Target.Events.Attached.Contains(thread.Id.Pid));

    /// <summary>The thread a selector means, the stopped one for `any`; null when there is none.</summary>
    public GuestThreadId? Find(ThreadSelector selector)
    {
        GuestThreadId stopped = Target.LastStop.Thread;
        if (selector.Covers(stopped) && Target.Threads.Any(thread => thread.Id == stopped)) return stopped;
        foreach (TargetThread thread in Target.Threads)
        {
            if (selector.Covers(thread.Id)) return thread.Id;
        }
        return null;
    }

    /// <summary>The thread that register packets mean.</summary>
    public GuestThreadId? GeneralThread => Target.IsAlive ? Find(General) : null;

    /// <summary>The process that memory and breakpoint packets mean.</summary>
    public int GeneralPid => General.Pid > 0 ? General.Pid : GeneralThread?.Pid ?? Target.LastStop.Thread.Pid;

    /// <summary>A thread's number as gdb writes it.</summary>
    public string Format(GuestThreadId thread) =>
        HasProcesses ? $"p{Hex.Number((ulong)thread.Pid)}.{Hex.Number((ulong)thread.Tid)}" : Hex.Number((ulong)thread.Tid);
}
