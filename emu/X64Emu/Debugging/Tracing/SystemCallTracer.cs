using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>
/// A line for each system call in strace's format. A call is written when it ends, since the kernel has then touched all its arguments point at; one that
/// another process's calls come in between is therefore not split. A call that never ends is written at its beginning, with a question mark.
/// </summary>
internal sealed class SystemCallTracer : Tracer
{
    private const int SigreturnNumber = 15, ExecveNumber = 59, ExitNumber = 60, ExitGroupNumber = 231, ExecveatNumber = 322;

    // The arguments of exec are gone when it ends.
    private readonly Dictionary<(int Pid, int? Tid), string> execs = [];
    private readonly Dictionary<(int Pid, int? Tid), SystemCallEvent> begun = [];
    private readonly HashSet<int> processes = [];

    public SystemCallTracer(DebugSession session, TextWriter writer)
        : base(session, writer)
    {
        session.SystemCallReported += Reported;
        session.ProcessReported += Reported;
    }

    private protected override void Attach()
    {
        execs.Clear();
        begun.Clear();
        processes.Clear();
    }

    private protected override void Detach()
    {
        Session.SystemCallReported -= Reported;
        Session.ProcessReported -= Reported;
    }

    private void Reported(SystemCallEvent call)
    {
        processes.Add(call.Pid);
        begun.Remove((call.Pid, call.Tid));
        if (call.Phase == SystemCallPhase.Return)
        {
            if (!execs.Remove((call.Pid, call.Tid), out string? text)) text = SystemCallText.Call(call, Session.Memory);
            Write(call.Pid, text, call);
        }
        else if (call.Number is ExecveNumber or ExecveatNumber)
        {
            execs[(call.Pid, call.Tid)] = SystemCallText.Call(call, Session.Memory);
        }
        else if (call.Number is ExitNumber or ExitGroupNumber or SigreturnNumber)
        {
            Write(call.Pid, SystemCallText.Call(call, Session.Memory), call);
        }
        else
        {
            begun[(call.Pid, call.Tid)] = call;
        }
    }

    private void Reported(ProcessEvent happened)
    {
        if (happened.Kind != ProcessEventKind.Exit || !processes.Contains(happened.Pid)) return;
        foreach (((int Pid, int? Tid) thread, SystemCallEvent call) in begun.Where(pair => pair.Key.Pid == happened.Pid).ToArray())
        {
            begun.Remove(thread);
            Write(call.Pid, SystemCallText.Call(call, Session.Memory), call);
        }
        int signal = happened.WaitStatus & 0x7f;
        string dumped = (happened.WaitStatus & 0x80) != 0 ? " (core dumped)" : "";
        string end = signal == 0 ? $"exited with {happened.WaitStatus >> 8 & 0xff}" : $"killed by {LinuxConstants.Signal((ulong)signal)}{dumped}";
        Write($"{Prefix(happened.Pid)}+++ {end} +++");
        processes.Remove(happened.Pid);
    }

    /// <summary>With several processes each line says whose it is, as strace's do.</summary>
    private string Prefix(int pid) => processes.Count > 1 ? $"[pid {pid,5}] " : "";

    private void Write(int pid, string callText, SystemCallEvent call) => Write(SystemCallText.WithResult(Prefix(pid) + callText, call));
}
