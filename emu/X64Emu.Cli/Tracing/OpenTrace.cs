using X64Emu.Cli.Debugger;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Tracing;

namespace X64Emu.Cli.Tracing;

/// <summary>Traces that are being written, with what they are written to.</summary>
internal sealed class OpenTrace : IDisposable
{
    private readonly IReadOnlyList<Tracer> tracers;
    private readonly StreamWriter writer;
    private readonly RunningProcessNames names;

    private OpenTrace(IReadOnlyList<Tracer> tracers, StreamWriter writer, string target, RunningProcessNames names)
    {
        this.names = names;
        this.tracers = tracers;
        this.writer = writer;
        Target = target;
    }

    /// <summary>Where the lines go, in words.</summary>
    public string Target { get; }

    /// <summary>Why lines are missing; null when all could be written.</summary>
    public string? Failure => tracers.Select(tracer => tracer.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>Begins traces.</summary>
    /// <param name="session">The session, whose machine stands still.</param>
    /// <param name="kinds">What to trace.</param>
    /// <param name="file">The file; null for standard error.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static OpenTrace Start(DebugSession session, IReadOnlyList<TraceKind> kinds, string? file)
    {
        StreamWriter writer = new(file is null ? Console.OpenStandardError() : Create(file), bufferSize: 64 << 10);
        RunningProcessNames names = new(session);
        return new OpenTrace([.. kinds.Select(kind => Tracer.Start(session, kind, writer, names.Name))], writer, file ?? "standard error", names);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tracer tracer in tracers) tracer.Dispose();
        names.Dispose();
        try
        {
            writer.Dispose();
        }
        catch (IOException)
        {
            // The tracer has kept what went wrong with the line that did not fit.
        }
    }

    private static FileStream Create(string file)
    {
        if (Directory.Exists(file)) throw new CommandException($"{file} is a directory");
        try
        {
            return File.Create(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException($"{file} cannot be written: {failure.Message.TrimEnd('.')}");
        }
    }
}
