using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>Writes one kind of lines while the machine of a session runs; until it is disposed. Tracing changes no count and no result.</summary>
/// <remarks>
/// Lines are written on the thread that runs the machine, and flushed between its slices: they stand in order with what the guest prints, and are
/// complete whenever it stops. A writer that fails ends the trace; <see cref="Failure"/> tells why.
/// </remarks>
public abstract class Tracer : IDisposable
{
    private readonly TextWriter writer;
    private PcMachine machine;

    private protected Tracer(DebugSession session, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(writer);
        this.writer = writer;
        Session = session;
        session.MachineReplaced += Follow;
        machine = session.Machine;
        machine.SliceBoundary += Flush;
    }

    /// <summary>What the trace could not write; null when all is well.</summary>
    public string? Failure { get; private set; }

    private protected DebugSession Session { get; }

    /// <summary>Begins a trace.</summary>
    /// <param name="session">The session; its machine stands still.</param>
    /// <param name="kind">What to trace.</param>
    /// <param name="writer">Where lines go; it stays the caller's.</param>
    /// <param name="namer">Names addresses in the present process.</param>
    public static Tracer Start(DebugSession session, TraceKind kind, TextWriter writer, AddressNamer? namer) => kind switch
    {
        TraceKind.Instructions => new InstructionTracer(session, writer, namer),
        TraceKind.Memory => new MemoryTracer(session, writer, namer),
        TraceKind.SystemCalls => new SystemCallTracer(session, writer),
        _ => new FaultTracer(session, writer, namer),
    };

    /// <summary>Ends the trace. The machine stands still.</summary>
    public void Dispose()
    {
        Session.MachineReplaced -= Follow;
        machine.SliceBoundary -= Flush;
        Detach();
        GC.SuppressFinalize(this);
    }

    /// <summary>Connects to the session's machine, which is a new one after a restart.</summary>
    private protected abstract void Attach();

    private protected abstract void Detach();

    private protected void Write(string line)
    {
        if (!Session.IsReplaying) Try(() => writer.WriteLine(line));
    }

    private void Flush() => Try(writer.Flush);

    private void Try(Action write)
    {
        if (Failure is not null) return;
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Failure = failure.Message;
        }
    }

    private void Follow()
    {
        machine = Session.Machine;
        machine.SliceBoundary += Flush;
        Attach();
    }
}
