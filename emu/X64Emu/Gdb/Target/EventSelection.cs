namespace X64Emu.Gdb.Target;

/// <summary>Which events stop the target for gdb, and in which processes.</summary>
public sealed class EventSelection
{
    /// <summary>The processes gdb debugs; nothing of others stops the target, but for stop points in the kernel half.</summary>
    public HashSet<int> Attached { get; } = [];

    /// <summary>New processes stop their parent, however they were made.</summary>
    public bool Forks { get; set; }

    /// <summary>A process that runs a new program stops.</summary>
    public bool Execs { get; set; }

    /// <summary>System calls that stop, by process; an empty set means all.</summary>
    public Dictionary<int, HashSet<int>> SystemCalls { get; } = [];

    /// <summary>Linux signals that do not stop.</summary>
    public HashSet<int> PassedSignals { get; } = [];

    /// <summary>Whether a system call stops.</summary>
    public bool Catches(int pid, int systemCall) =>
        SystemCalls.TryGetValue(pid, out HashSet<int>? numbers) && (numbers.Count == 0 || numbers.Contains(systemCall));
}
