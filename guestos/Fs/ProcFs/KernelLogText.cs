using GuestOs.Arch;

namespace GuestOs.Fs;

/// <summary>Lines of the kernel log in the two formats in which programs read them.</summary>
internal static class KernelLogText
{
    /// <summary>Room for any line in either format.</summary>
    public const int LineBytes = 1100;

    private const ulong NanosecondsPerMicrosecond = 1000;
    private const ulong MicrosecondsPerSecond = 1000000;

    /// <summary>syslog(2)'s: priority, seconds since boot, text.</summary>
    public static void WriteLine(ref TextWriter writer, in KernelLogRecord record)
    {
        ulong microseconds = record.Time / NanosecondsPerMicrosecond;
        writer.Byte((byte)'<');
        writer.Decimal((ulong)record.Priority);
        writer.Text(">["u8);
        writer.Decimal(microseconds / MicrosecondsPerSecond, 5);
        writer.Byte((byte)'.');
        ulong fraction = microseconds % MicrosecondsPerSecond;
        for (ulong unit = MicrosecondsPerSecond / 10; unit != 0; unit /= 10) writer.Byte((byte)('0' + fraction / unit % 10));
        writer.Text("] "u8);
        WriteText(ref writer, record);
    }

    /// <summary>/dev/kmsg's: priority, sequence number, microseconds since boot, no continuation; text.</summary>
    public static void WriteRecord(ref TextWriter writer, in KernelLogRecord record)
    {
        writer.Decimal((ulong)record.Priority);
        writer.Byte((byte)',');
        writer.Decimal(record.Sequence);
        writer.Byte((byte)',');
        writer.Decimal(record.Time / NanosecondsPerMicrosecond);
        writer.Text(",-;"u8);
        WriteText(ref writer, record);
    }

    private static void WriteText(ref TextWriter writer, in KernelLogRecord record)
    {
        for (int i = 0; i < record.LengthBytes; i++) writer.Byte(KernelLogRing.Character(record, i));
        writer.Byte((byte)'\n');
    }
}
