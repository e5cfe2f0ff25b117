using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>What syslog(2) reads: whole lines of the kernel log, for all programs together.</summary>
internal static unsafe class KernelLogReader
{
    private static ulong s_read;
    private static ulong s_cleared;

    /// <summary>Woken when there is a new line.</summary>
    public static WaitQueue Arrived { get; private set; }

    public static void Initialize()
    {
        Arrived = new WaitQueue();
        KernelLogRing.OnLine = &OnLine;
    }

    /// <summary>The ring's position from which on dmesg shows lines.</summary>
    public static ulong Cleared => s_cleared < KernelLogRing.First ? KernelLogRing.First : s_cleared;

    /// <summary>Bytes that <see cref="Take"/> would give.</summary>
    public static long Unread => BytesFrom(s_read);

    /// <summary>Hides all lines so far from <see cref="Copy"/>.</summary>
    public static void Clear() => s_cleared = KernelLogRing.End;

    /// <summary>The oldest lines that nobody has taken yet, as many as fit; sleeps until there is one. Their bytes, or a negative errno.</summary>
    public static long Take(ulong address, ulong lengthBytes)
    {
        while (s_read >= KernelLogRing.End)
        {
            int error = Arrived.Sleep();
            if (error != 0) return error;
        }
        return CopyFrom(ref s_read, address, lengthBytes);
    }

    /// <summary>The newest lines since <see cref="Clear"/> that fit together. Their bytes, or a negative errno.</summary>
    public static long Copy(ulong address, ulong lengthBytes)
    {
        ulong position = Cleared;
        long bytes = BytesFrom(position);
        byte* line = stackalloc byte[KernelLogText.LineBytes];
        for (bool isThere = KernelLogRing.TryRead(position, out KernelLogRecord record); isThere && bytes > (long)lengthBytes;
            isThere = KernelLogRing.TryReadNext(record, out record))
        {
            bytes -= Format(line, record);
            position = record.End;
        }
        return CopyFrom(ref position, address, lengthBytes);
    }

    private static long CopyFrom(ref ulong position, ulong address, ulong lengthBytes)
    {
        byte* line = stackalloc byte[KernelLogText.LineBytes];
        long done = 0;
        for (bool isThere = KernelLogRing.TryRead(position, out KernelLogRecord record); isThere; isThere = KernelLogRing.TryReadNext(record, out record))
        {
            int length = Format(line, record);
            if ((ulong)(done + length) > lengthBytes) break;
            if (!UserMemory.CopyTo(address + (ulong)done, line, (ulong)length)) return -Errno.Fault;
            done += length;
            position = record.End;
        }
        return done;
    }

    private static void OnLine() => Arrived.WakeAll(PollEvents.AnyIn);

    private static long BytesFrom(ulong position)
    {
        byte* line = stackalloc byte[KernelLogText.LineBytes];
        long bytes = 0;
        for (bool isThere = KernelLogRing.TryRead(position, out KernelLogRecord record); isThere; isThere = KernelLogRing.TryReadNext(record, out record))
            bytes += Format(line, record);
        return bytes;
    }

    private static int Format(byte* line, in KernelLogRecord record)
    {
        TextWriter writer = new TextWriter(line, KernelLogText.LineBytes);
        KernelLogText.WriteLine(ref writer, record);
        return writer.Length;
    }
}
