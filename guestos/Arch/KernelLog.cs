namespace GuestOs.Arch;

/// <summary>How much the kernel says.</summary>
internal enum LogLevel
{
    Quiet,
    Info,
    Debug,
}

/// <summary>The kernel log: lines on a serial port. <c>KernelLog.Info("x ").Hex(1).End();</c> writes one line, or nothing below its level.</summary>
internal static class KernelLog
{
    private static bool s_useCom2;

    /// <summary>Lines above this level are not written.</summary>
    public static LogLevel Level { get; set; }

    /// <summary>COM2 while programs own COM1's bytes, else COM1.</summary>
    public static void SetPort(bool useCom2) => s_useCom2 = useCom2;

    /// <summary>A line that is always written: warnings, killed processes, panics.</summary>
    public static LogLine Warn(string text) => Line(LogLevel.Quiet).Text(text);

    public static LogLine Info(string text) => Line(LogLevel.Info).Text(text);

    public static LogLine Debug(string text) => Line(LogLevel.Debug).Text(text);

    internal static void Transmit(byte value)
    {
        if (s_useCom2) Uart16550.Com2.Transmit(value);
        else Uart16550.Com1.Transmit(value);
    }

    private static LogLine Line(LogLevel level) => new LogLine(level <= Level);
}
