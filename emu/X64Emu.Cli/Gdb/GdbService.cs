using System.Net;
using System.Net.Sockets;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;
using X64Emu.Cli.Terminal;
using X64Emu.Debugging.Running;
using X64Emu.Gdb;
using X64Emu.Gdb.Debuggee;

namespace X64Emu.Cli.Gdb;

/// <summary>Runs one program for gdb, from its first instruction to its end, through as many connections as it takes.</summary>
internal static class GdbService
{
    /// <summary>Starts the program, waits for gdb and returns the tool's exit status.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <param name="gdb">Where gdb comes from.</param>
    /// <exception cref="UsageException">The program cannot be run, or the port not be used.</exception>
    public static int Run(IReadOnlyList<string> words, MachineSettings settings, GdbSettings gdb)
    {
        using TcpListener? listener = gdb.Port is { } port ? Listen(port) : null;
        // gdb owns standard output when it talks through it.
        using Stream output = listener is null ? Console.OpenStandardError() : Console.OpenStandardOutput(), errors = Console.OpenStandardError();
        using DebuggedProgram program = new(words, settings, gdb.InputFile, output, errors);
        using DebugSession session = new(new DebugSessionOptions
        {
            CreateMachine = program.CreateMachine,
            KernelImage = program.Kernel,
            HostPath = program.HostPath,
            InstructionLimit = MachineFactory.InstructionLimit(settings),
        });
        // Ctrl-C in gdb reaches a tool that gdb started as well; gdb tells what it is to mean.
        using StopSignals signals = new(status =>
        {
            if (listener is not null || status != ExitStatus.Interrupted) Environment.Exit(status);
        });
        session.RunToProgram();
        SessionTarget target = new(session, program);
        if (listener is null) ServeStandardStreams(target);
        else ServePort(listener, target);
        return Finish(session, target);
    }

    /// <summary>Loopback alone: whoever connects has the program and its files in hand.</summary>
    private static TcpListener Listen(int port)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException failure)
        {
            listener.Dispose();
            string reason = failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is in use; choose another, or 0 for any free one",
                SocketError.AccessDenied => "is not for you; choose one above 1023",
                _ => $"cannot be used: {failure.Message}",
            };
            throw new UsageException($"--port {port} {reason}");
        }
    }

    private static void ServeStandardStreams(SessionTarget target)
    {
        using Stream input = Console.OpenStandardInput(), output = Console.OpenStandardOutput();
        // gdb started the tool, so when it is gone nobody will come again.
        if (GdbServer.Serve(target, input, output) == ConnectionEnd.Disconnected) target.Programs.Kill();
    }

    private static void ServePort(TcpListener listener, SessionTarget target)
    {
        Console.Error.WriteLine($"x64emu: waiting for gdb: target remote :{((IPEndPoint)listener.LocalEndpoint).Port}");
        while (true)
        {
            using TcpClient client = listener.AcceptTcpClient();
            client.NoDelay = true;
            using NetworkStream stream = client.GetStream();
            if (GdbServer.Serve(target, stream, stream) != ConnectionEnd.Disconnected) return;
            Console.Error.WriteLine("x64emu: gdb has gone; the program stands and waits for the next connection");
        }
    }

    /// <summary>Runs a program that gdb has let go to its end.</summary>
    private static int Finish(DebugSession session, SessionTarget target)
    {
        target.RemoveAll(null);
        session.Breakpoints.Clear();
        while (!session.HasEnded && session.LastStop.Reason != StopEventReason.InstructionLimit) session.Continue();
        StopEvent end = session.LastStop;
        if (end.Reason == StopEventReason.Killed) return ExitStatus.Killed;
        if (end.Reason == StopEventReason.Exited) return end.ExitStatus ?? 0;
        Console.Error.WriteLine($"x64emu: {Message(end)}");
        return end.Reason == StopEventReason.InstructionLimit ? ExitStatus.EmulatorLimit : ExitStatus.GuestPanic;
    }

    private static string Message(StopEvent end) => end.Reason switch
    {
        StopEventReason.Panicked => "the guest kernel panicked; its own report stands above",
        StopEventReason.Reset => "the guest reset the machine",
        StopEventReason.TripleFault => "the guest crashed the machine (triple fault)",
        StopEventReason.InstructionLimit => $"stopped after {end.InstructionCount} instructions (--timeout-instructions)",
        _ => $"the guest halted for good at rip {end.Rip}: nothing can interrupt it",
    };
}
