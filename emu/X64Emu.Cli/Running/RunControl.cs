using X64Emu.Cli.Terminal;

namespace X64Emu.Cli.Running;

/// <summary>Ends a run when the host asks for it, in order where that is possible.</summary>
/// <remarks>The machine may be waiting in a read of standard input that nothing can cut short; then the process ends without it.</remarks>
internal sealed class RunControl : IDisposable
{
    private static readonly TimeSpan graceTime = TimeSpan.FromSeconds(1);
    private readonly ManualResetEventSlim ended = new();
    private readonly StopSignals signals;
    private volatile Action? requestStop;
    private int requestedStatus;

    public RunControl() => signals = new StopSignals(Stop);

    /// <summary>The exit status that the stop asked for; 0 when nobody asked.</summary>
    public int RequestedStatus => Volatile.Read(ref requestedStatus);

    /// <summary>Asks the run to end with this exit status. May be called from any thread; returns when the run has ended.</summary>
    public void Stop(int exitStatus)
    {
        Interlocked.CompareExchange(ref requestedStatus, exitStatus, 0);
        requestStop?.Invoke();
        if (!ended.Wait(graceTime)) Environment.Exit(exitStatus);
    }

    /// <summary>Runs the machine to its end.</summary>
    /// <param name="machine">A machine that is ready to run.</param>
    /// <param name="instructions">The most it may execute.</param>
    public PcStop Run(PcMachine machine, long instructions) =>
        Run(machine.RequestStop, new PcStop(PcStopReason.Requested, 0), () => machine.Run(instructions));

    /// <summary>Runs anything to its end.</summary>
    /// <param name="stop">Ends <paramref name="run"/> soon, from another thread.</param>
    /// <param name="notRun">The result when the host has asked for the end already.</param>
    /// <param name="run">What to run.</param>
    public T Run<T>(Action stop, T notRun, Func<T> run)
    {
        requestStop = stop;
        try
        {
            return RequestedStatus != 0 ? notRun : run();
        }
        finally
        {
            requestStop = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Set();
        signals.Dispose();
    }
}
