using X64Emu.Debugging.Running;
using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Debuggee;

/// <summary>A debugging session as gdb's target: guest processes are inferiors, guest threads are threads.</summary>
public sealed class SessionTarget : IDebugTarget
{
    private readonly DebugSession session;
    private readonly SessionThreads threads;
    private readonly SessionStopPoints points;
    private readonly SessionRunner runner;
    private readonly SessionMonitor monitor;
    private readonly SessionPrograms programs;

    /// <summary>Takes over a session whose machine stands in front of its program's first instruction.</summary>
    /// <param name="session">The session; it stays the caller's.</param>
    /// <param name="source">The programs' files.</param>
    public SessionTarget(DebugSession session, IProgramSource source)
    {
        ArgumentNullException.ThrowIfNull(session);
        this.session = session;
        threads = new SessionThreads(session);
        points = new SessionStopPoints(session);
        programs = new SessionPrograms(session, source);
        Memory = new SessionMemory(session, programs);
        runner = new SessionRunner(session, threads, points, Events);
        monitor = new SessionMonitor(session);
        programs.Starting = runner.Starting;
        programs.Started = runner.Started;
        programs.Killed = runner.Killed;
        runner.Started();
    }

    /// <inheritdoc/>
    public TargetStop LastStop => runner.LastStop;

    /// <inheritdoc/>
    public bool IsAlive => runner.IsAlive;

    /// <inheritdoc/>
    public IReadOnlyList<TargetThread> Threads => IsAlive ? threads.All : [];

    /// <inheritdoc/>
    public EventSelection Events { get; } = new();

    /// <inheritdoc/>
    public ITargetMemory Memory { get; }

    /// <inheritdoc/>
    public ITargetPrograms Programs => programs;

    /// <inheritdoc/>
    public RegisterValues? ReadRegisters(GuestThreadId thread) => threads.ReadRegisters(thread);

    /// <inheritdoc/>
    public bool WriteRegisters(GuestThreadId thread, RegisterValues values) => threads.WriteRegisters(thread, values);

    /// <inheritdoc/>
    public bool Insert(TargetPoint point) => points.Insert(point);

    /// <inheritdoc/>
    public void Remove(TargetPoint point) => points.Remove(point);

    /// <inheritdoc/>
    public void RemoveAll(int? pid) => points.RemoveAll(pid);

    /// <inheritdoc/>
    public TargetStop Proceed(ResumeRequest request) => runner.Proceed(request);

    /// <inheritdoc/>
    public void Interrupt() => session.Interrupt();

    /// <inheritdoc/>
    public IReadOnlyList<string> Monitor(int pid, string command) => monitor.Answer(pid, command);
}
