using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Debuggee;

/// <summary>Keeps the session's catchpoints in step with what gdb wants to hear of.</summary>
internal sealed class EventCatchpoints(StopPointTable table, EventSelection events)
{
    private const int LastSignal = 64;
    private readonly List<StopPoint> mine = [];
    private string current = "";

    /// <summary>Called before each run.</summary>
    /// <param name="mainPid">The first program, whose end is the machine's.</param>
    public void Update(int mainPid)
    {
        string wanted = string.Join(
            '|',
            string.Join(',', events.Attached.Order()),
            $"{events.Forks}{events.Execs}",
            string.Join(',', events.PassedSignals.Order()),
            string.Join(';', events.SystemCalls.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}:{string.Join(',', pair.Value.Order())}")));
        if (wanted == current) return;
        Clear();
        current = wanted;
        foreach (int pid in events.Attached) AddFor(pid, pid == mainPid);
    }

    /// <summary>Takes all out, as before a new machine boots: its processes get the same numbers.</summary>
    public void Clear()
    {
        foreach (StopPoint point in mine) table.Remove(point);
        mine.Clear();
        current = "";
    }

    private void AddFor(int pid, bool isMain)
    {
        if (events.Forks) Add(new ProcessCatchpoint(ProcessEventKind.Fork) { Pid = pid });
        if (events.Execs) Add(new ProcessCatchpoint(ProcessEventKind.Exec) { Pid = pid });
        if (!isMain) Add(new ProcessCatchpoint(ProcessEventKind.Exit) { Pid = pid });
        if (events.SystemCalls.TryGetValue(pid, out HashSet<int>? numbers))
            Add(new SystemCallCatchpoint { Pid = pid, Numbers = numbers.Count == 0 ? null : numbers });
        foreach (int signal in Enumerable.Range(1, LastSignal).Where(number => !events.PassedSignals.Contains(number)))
            Add(new SignalCatchpoint(signal) { Pid = pid });
    }

    private void Add(StopPoint point)
    {
        table.Add(point);
        mine.Add(point);
    }
}
