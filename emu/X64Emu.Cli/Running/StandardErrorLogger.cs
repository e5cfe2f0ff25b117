using Microsoft.Extensions.Logging;
using X64Emu.Cli.Options;

namespace X64Emu.Cli.Running;

/// <summary>Writes the machine's log messages to standard error, one line each.</summary>
/// <param name="verbosity">How much is written, unless something else was chosen while the tool runs.</param>
internal sealed class StandardErrorLogger(LogVerbosity verbosity) : ILogger
{
    /// <summary>What the user has chosen while the tool runs, for all machines; null for what each was made with.</summary>
    public static LogVerbosity? Chosen { get; set; }

    private LogLevel Lowest => (Chosen ?? verbosity) switch
    {
        LogVerbosity.Debug => LogLevel.Debug,
        LogVerbosity.Info => LogLevel.Information,
        _ => LogLevel.Warning,
    };

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= Lowest && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Console.Error.WriteLine($"x64emu: {formatter(state, exception)}");
    }
}
