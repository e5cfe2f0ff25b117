using X64Emu.Debugging.Guest.Layout;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>Says in words what a sleeping thread waits for.</summary>
internal sealed class WaitReader
{
    private const string Queue = "Proc_WaitQueue", Thread = "Proc_Thread", Process = "Proc_Process";

    /// <summary>Words for queues in static members; others are called by class and member.</summary>
    private static readonly Dictionary<string, string> words = new(StringComparer.Ordinal)
    {
        ["Proc_WaitQueue.s_pollers"] = "an event on a file (poll)",
        ["Proc_Clone.s_vforkParents"] = "its vfork child",
    };

    private readonly KernelMemory memory;
    private readonly KernelStatic[] statics;
    private readonly KernelField queue, key, keyOwner, keyOffset, timer, timerWaits, deadline, childChanged, continued;

    public WaitReader(KernelTypes types, KernelMemory memory)
    {
        this.memory = memory;
        statics = [.. types.StaticsOf(Queue)];
        queue = types.Field(Thread, "Queue");
        key = types.Field(Thread, "FutexKey");
        keyOwner = types.Field("Proc_FutexKey", "_owner");
        keyOffset = types.Field("Proc_FutexKey", "_offset");
        timer = types.Field(Thread, "Timer");
        timerWaits = types.Field("Proc_KernelTimer", "IsWaiting");
        deadline = types.Field("Proc_KernelTimer", "Deadline");
        childChanged = types.Field(Process, "ChildChanged");
        continued = types.Field(Process, "Continued");
    }

    /// <summary>What a thread of a process waits for.</summary>
    public string Describe(KernelObject thread, KernelObject process)
    {
        KernelObject futex = thread.Struct(key);
        string what = !futex.Object(keyOwner).IsNull ? $"futex 0x{futex.UInt64(keyOffset):x}" : NameOf(thread.Object(queue), process);
        KernelObject alarm = thread.Object(timer);
        return alarm.Boolean(timerWaits) ? $"{what}, until {alarm.UInt64(deadline) / 1e9:0.000000000} s" : what;
    }

    private string NameOf(KernelObject place, KernelObject process)
    {
        if (place.IsNull) return "";
        if (process.Object(childChanged) == place) return "a child (wait)";
        if (process.Object(continued) == place) return "SIGCONT";
        foreach (KernelStatic member in statics)
        {
            if (memory.Object(member) == place) return words.GetValueOrDefault(member.Name, member.Name.Replace('_', '.'));
        }
        return $"queue 0x{place.Address:x}";
    }
}
