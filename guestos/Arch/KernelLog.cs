using System;

namespace GuestOs.Arch;

/// <summary>How much the kernel says.</summary>
internal enum LogLevel
{
    Quiet,
    Info,
    Debug,
}

/// <summary>
/// The kernel log: lines that dmesg shows, and that go to a serial port as far as their level allows.
/// <c>KernelLog.Info("x ").Hex(1).End();</c> writes one line.
/// </summary>
internal static class KernelLog
{
    // As in syslog(3).
    private const int Warning = 4;
    private const int Information = 6;
    private const int Debugging = 7;

    private static bool s_useCom2;

    /// <summary>Lines above this level do not go to the serial port.</summary>
    public static LogLevel Level { get; set; }

    /// <summary>COM2 while programs own COM1's bytes, else COM1.</summary>
    public static void SetPort(bool useCom2) => s_useCom2 = useCom2;

    /// <summary>A line that always goes to the serial port: warnings, killed processes, panics.</summary>
    public static LogLine Warn(string text) => Line(LogLevel.Quiet).Text(text);

    public static LogLine Info(string text) => Line(LogLevel.Info).Text(text);

    public static LogLine Debug(string text) => Line(LogLevel.Debug).Text(text);

    /// <summary>A line of a program's, for dmesg alone.</summary>
    /// <param name="priority">Facility times 8 plus severity, as in syslog(3).</param>
    public static void FromProgram(int priority, ReadOnlySpan<byte> text)
    {
        KernelLogRing.Begin(priority);
        new LogLine(isShown: false).Bytes(text).End();
    }

    internal static void Transmit(byte value)
    {
        if (s_useCom2) Uart16550.Com2.Transmit(value);
        else Uart16550.Com1.Transmit(value);
    }

    private static LogLine Line(LogLevel level)
    {
        KernelLogRing.Begin(level switch
        {
            LogLevel.Quiet => Warning,
            LogLevel.Info => Information,
            _ => Debugging,
        });
        return new LogLine(level <= Level);
    }
}
