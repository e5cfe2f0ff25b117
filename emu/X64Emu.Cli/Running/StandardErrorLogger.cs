using Microsoft.Extensions.Logging;

namespace X64Emu.Cli.Running;

/// <summary>Writes the machine's log messages to standard error, one line each.</summary>
internal sealed class StandardErrorLogger(LogLevel lowest) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Console.Error.WriteLine($"x64emu: {formatter(state, exception)}");
    }
}
