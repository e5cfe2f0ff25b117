using System.Runtime.InteropServices;

namespace X64Emu.Cli.Terminal;

/// <summary>Turns the signals that ask the tool to end into a call, so that it ends in order: output flushed, terminal restored, files closed.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Starts listening for SIGINT, SIGTERM and SIGHUP.</summary>
    /// <param name="onStop">Gets the exit status to end with: 128 + the signal. Called on another thread, perhaps more than once.</param>
    public StopSignals(Action<int> onStop)
    {
        registrations =
        [
            Register(PosixSignal.SIGINT, ExitStatus.Interrupted, onStop),
            Register(PosixSignal.SIGTERM, ExitStatus.Terminated, onStop),
            Register(PosixSignal.SIGHUP, ExitStatus.HungUp, onStop),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
    }

    private static PosixSignalRegistration Register(PosixSignal signal, int exitStatus, Action<int> onStop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            onStop(exitStatus);
        });
}
