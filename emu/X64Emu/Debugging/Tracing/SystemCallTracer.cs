using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>
/// Lines for system calls, signals and the ends of threads and processes, in strace's format. A call is written when it ends. Where another thread's line comes before, the call is cut in two: <c>read(3,  &lt;unfinished ...&gt;</c> and, at its end,
/// <c>&lt;... read resumed&gt;"x", 1) = 1</c>.
/// </summary>
internal sealed class SystemCallTracer : Tracer
{
    private const int ExitNumber = 60, ExitGroupNumber = 231;
    private const int KillSignal = 9, FirstStopSignal = 19, LastStopSignal = 22;

    private readonly Dictionary<int, TracedCall> begun = [];

    // The threads that live, with their processes.
    private readonly Dictionary<int, int> threads = [];

    // Signals that a process ignores: strace shows them where the process would have got them.
    private readonly Dictionary<int, List<string>> ignored = [];

    // The call that was begun last and of which nothing is written yet.
    private TracedCall? unwritten;

    public SystemCallTracer(DebugSession session, TextWriter writer)
        : base(session, writer)
    {
        session.SystemCallReported += Reported;
        session.SignalReported += Reported;
        session.ProcessReported += Reported;
    }

    private protected override void Attach()
    {
        begun.Clear();
        threads.Clear();
        ignored.Clear();
        unwritten = null;
    }

    private protected override void Detach()
    {
        CutUnwritten();
        Session.SystemCallReported -= Reported;
        Session.SignalReported -= Reported;
        Session.ProcessReported -= Reported;
    }

    private void Reported(SystemCallEvent call)
    {
        int thread = call.Tid ?? call.Pid;
        threads[thread] = call.Pid;
        if (call.Phase == SystemCallPhase.Return)
        {
            // The end of a call that a signal cut short was told where the signal was.
            if (begun.TryGetValue(thread, out TracedCall? ended) && ended.Event.Number == call.Number) End(ended, call);
            WriteIgnored(call.Pid, thread);
            return;
        }
        WriteIgnored(call.Pid, thread);
        CutUnwritten();
        unwritten = begun[thread] = new TracedCall(call, thread, Prefix(thread), Session.Memory);
        if (call.Number is not (ExitNumber or ExitGroupNumber)) return;
        End(unwritten, call);
        if (call.Number == ExitNumber && threads.Values.Count(pid => pid == call.Pid) > 1) WriteEnd(thread, $"exited with {call.Arguments.First & 0xff}");
    }

    private void Reported(SignalEvent signal)
    {
        if (signal.Fate == SignalFate.Ignored)
        {
            if (!threads.ContainsValue(signal.Pid)) return;
            if (!ignored.TryGetValue(signal.Pid, out List<string>? texts)) ignored[signal.Pid] = texts = [];
            texts.Add(SignalText.Delivered(Session.Memory, signal));
            return;
        }
        // Nobody sees it but by the end of the process.
        if (signal.Signal == KillSignal) return;
        int thread = signal.Tid ?? signal.Pid;
        threads[thread] = signal.Pid;
        // Before a signal's comes the end of the call that it interrupted, or that caused it.
        if (begun.TryGetValue(thread, out TracedCall? call) && Session.Guest?.CurrentThread?.UserFrame is { SystemCall: not null } frame)
            End(call, call.Event with { Phase = SystemCallPhase.Return, Result = (long)frame[Cpu.GeneralRegister.Rax] });
        WriteSignal(thread, SignalText.Delivered(Session.Memory, signal));
        if (signal.Fate == SignalFate.Default && signal.Signal is >= FirstStopSignal and <= LastStopSignal)
            Write($"{Prefix(thread)}--- stopped by {LinuxConstants.Signal((ulong)signal.Signal)} ---");
    }

    private void Reported(ProcessEvent happened)
    {
        if (happened.Kind == ProcessEventKind.Fork && threads.ContainsValue(happened.OtherPid ?? 0)) threads[happened.Pid] = happened.Pid;
        if (happened.Kind != ProcessEventKind.Exit || !threads.ContainsValue(happened.Pid)) return;
        ignored.Remove(happened.Pid);
        int signal = happened.WaitStatus & 0x7f;
        string dumped = (happened.WaitStatus & 0x80) != 0 ? " (core dumped)" : "";
        string end = signal == 0 ? $"exited with {happened.WaitStatus >> 8 & 0xff}" : $"killed by {LinuxConstants.Signal((ulong)signal)}{dumped}";
        foreach (int thread in threads.Where(pair => pair.Value == happened.Pid).Select(pair => pair.Key).OrderDescending().ToArray())
        {
            if (begun.TryGetValue(thread, out TracedCall? call)) End(call, call.Event);
            WriteEnd(thread, end);
        }
    }

    private void End(TracedCall call, SystemCallEvent end)
    {
        begun.Remove(call.Thread);
        if (unwritten == call) unwritten = null;
        else CutUnwritten();
        Write(SystemCallText.WithResult(call.IsCut ? Prefix(call.Thread) + call.Resumed(end) : call.Prefix + call.Whole(end), end));
    }

    private void WriteIgnored(int pid, int thread)
    {
        if (!ignored.Remove(pid, out List<string>? texts)) return;
        foreach (string text in texts) WriteSignal(thread, text);
    }

    private void WriteSignal(int thread, string text)
    {
        CutUnwritten();
        Write($"{Prefix(thread)}--- {text} ---");
    }

    private void WriteEnd(int thread, string end)
    {
        CutUnwritten();
        Write($"{Prefix(thread)}+++ {end} +++");
        begun.Remove(thread);
        threads.Remove(thread);
    }

    /// <summary>Something else comes before the end of the call that was begun last.</summary>
    private void CutUnwritten()
    {
        if (unwritten is null) return;
        Write($"{unwritten.Prefix}{unwritten.Cut()} <unfinished ...>");
        unwritten = null;
    }

    /// <summary>With several threads each line says whose it is, as strace's do.</summary>
    private string Prefix(int thread) => threads.Count > 1 ? $"[pid {thread,5}] " : "";
}
