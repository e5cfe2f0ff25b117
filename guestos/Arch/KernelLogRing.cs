namespace GuestOs.Arch;

/// <summary>One line of the kernel log: where it lies in <see cref="KernelLogRing"/>, when it was said, and how important it is.</summary>
internal readonly struct KernelLogRecord
{
    public KernelLogRecord(ulong sequence, ulong time, int priority, ulong textStart, int lengthBytes)
    {
        Sequence = sequence;
        Time = time;
        Priority = priority;
        TextStart = textStart;
        LengthBytes = lengthBytes;
    }

    /// <summary>Counts the lines from 0.</summary>
    public ulong Sequence { get; }

    /// <summary>Nanoseconds since boot.</summary>
    public ulong Time { get; }

    /// <summary>Facility times 8, 0 for the kernel, plus severity, as in syslog(3): 4 warning, 6 information, 7 debugging.</summary>
    public int Priority { get; }

    /// <summary>Position of the text.</summary>
    public ulong TextStart { get; }

    /// <summary>Length of the text, without a line end.</summary>
    public int LengthBytes { get; }

    /// <summary>Position of the next record.</summary>
    public ulong End => TextStart + (ulong)LengthBytes;
}

/// <summary>
/// The last lines of the kernel log, for dmesg. Positions count all bytes ever written; a record is a header of <see cref="HeaderBytes"/> and the text.
/// The oldest records make room for new ones.
/// </summary>
internal static unsafe class KernelLogRing
{
    public const int CapacityBytes = 64 << 10;

    private const int HeaderBytes = 16;
    private const int MaximumTextBytes = 1000;
    private const int LengthOffset = 8;
    private const int PriorityOffset = 10;

    private struct Buffer
    {
        public fixed byte Bytes[CapacityBytes];
    }

    private static Buffer s_buffer;
    private static ulong s_firstSequence;

    // Where the line under construction starts, and its length; none when s_isOpen is false.
    private static bool s_isOpen;
    private static ulong s_openStart;
    private static int s_openLength;

    /// <summary>Position of the oldest record that is left.</summary>
    public static ulong First { get; private set; }

    /// <summary>Position behind the newest record.</summary>
    public static ulong End { get; private set; }

    /// <summary>Called when a line is complete; may be null. It may not sleep or log.</summary>
    public static delegate*<void> OnLine { get; set; }

    /// <summary>Starts a line; one that was not ended (a panic came) ends here.</summary>
    public static void Begin(int priority)
    {
        if (s_isOpen) Finish();
        s_isOpen = true;
        s_openStart = End;
        s_openLength = 0;
        MakeRoom(HeaderBytes);
        PutNumber(s_openStart, Clock.Now, 8);
        PutNumber(s_openStart + PriorityOffset, (ulong)priority, 1);
    }

    /// <summary>A character of the line; what is longer than any line should be is dropped.</summary>
    public static void Put(byte value)
    {
        if (!s_isOpen || s_openLength == MaximumTextBytes) return;
        MakeRoom(HeaderBytes + s_openLength + 1);
        s_buffer.Bytes[(int)((s_openStart + HeaderBytes + (ulong)s_openLength++) % CapacityBytes)] = value;
    }

    /// <summary>Ends the line.</summary>
    public static void Finish()
    {
        if (!s_isOpen) return;
        PutNumber(s_openStart + LengthOffset, (ulong)s_openLength, 2);
        End = s_openStart + HeaderBytes + (ulong)s_openLength;
        s_isOpen = false;
        if (OnLine != null) OnLine();
    }

    /// <summary>The record at a position, or the oldest one when that has gone; false at the end.</summary>
    public static bool TryRead(ulong position, out KernelLogRecord record)
    {
        if (position < First) position = First;
        record = default;
        if (position >= End) return false;
        // Sequence numbers are not stored: they follow from the order.
        ulong sequence = s_firstSequence;
        for (ulong at = First; at < position; at += (ulong)HeaderBytes + GetNumber(at + LengthOffset, 2)) sequence++;
        record = RecordAt(position, sequence);
        return true;
    }

    /// <summary>The record after another; false at the end, or when the other has gone meanwhile.</summary>
    public static bool TryReadNext(KernelLogRecord previous, out KernelLogRecord record)
    {
        record = default;
        if (previous.End >= End || previous.End < First) return false;
        record = RecordAt(previous.End, previous.Sequence + 1);
        return true;
    }

    /// <summary>A character of a record's text.</summary>
    public static byte Character(in KernelLogRecord record, int index) => s_buffer.Bytes[(int)((record.TextStart + (ulong)index) % CapacityBytes)];

    private static KernelLogRecord RecordAt(ulong position, ulong sequence) => new KernelLogRecord(
        sequence, GetNumber(position, 8), (int)GetNumber(position + PriorityOffset, 1), position + HeaderBytes, (int)GetNumber(position + LengthOffset, 2));

    /// <summary>Drops the oldest records until the open one may have so many bytes.</summary>
    private static void MakeRoom(int lengthBytes)
    {
        while (s_openStart + (ulong)lengthBytes - First > CapacityBytes)
        {
            First += (ulong)HeaderBytes + GetNumber(First + LengthOffset, 2);
            s_firstSequence++;
        }
    }

    private static void PutNumber(ulong position, ulong value, int lengthBytes)
    {
        for (int i = 0; i < lengthBytes; i++) s_buffer.Bytes[(int)((position + (ulong)i) % CapacityBytes)] = (byte)(value >> (8 * i));
    }

    private static ulong GetNumber(ulong position, int lengthBytes)
    {
        ulong value = 0;
        for (int i = 0; i < lengthBytes; i++) value |= (ulong)s_buffer.Bytes[(int)((position + (ulong)i) % CapacityBytes)] << (8 * i);
        return value;
    }
}
