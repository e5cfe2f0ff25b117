using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>Open /dev/kmsg: a read gets one line of the kernel log, a write adds one (Linux's Documentation/ABI/testing/dev-kmsg).</summary>
internal sealed unsafe class KernelLogFile : OpenFile
{
    private const int WhenceSet = 0;
    private const int WhenceEnd = 2;
    private const int WhenceData = 3;

    // What a line has that says nothing else: facility user, a warning.
    private const int DefaultPriority = 1 << 3 | 4;
    private const int MaximumPriority = 0xff;
    private const int SeverityMask = 7;
    private const int UserFacility = 1 << 3;
    private const int MaximumWriteBytes = 1000;

    /// <summary>Begins with the oldest line; <see cref="OpenFile.Position"/> is the ring's.</summary>
    public KernelLogFile(Inode inode, uint flags)
        : base(inode, flags) => Position = KernelLogRing.First;

    public override bool CanPoll => true;

    public override uint Poll(uint events)
    {
        KernelLogReader.Arrived.Watch();
        return events & (PollEvents.AnyOut | (Position < KernelLogRing.End ? PollEvents.AnyIn : 0));
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        while (Position >= KernelLogRing.End)
        {
            if (IsNonBlocking) return -Errno.Again;
            int error = KernelLogReader.Arrived.Sleep();
            if (error != 0) return error;
        }
        if (Position < KernelLogRing.First)
        {
            // Lines were lost: the reader is told once.
            Position = KernelLogRing.First;
            return -Errno.BrokenPipe;
        }
        byte* line = stackalloc byte[KernelLogText.LineBytes];
        TextWriter writer = new TextWriter(line, KernelLogText.LineBytes);
        KernelLogRing.TryRead(Position, out KernelLogRecord record);
        KernelLogText.WriteRecord(ref writer, record);
        if ((ulong)writer.Length > lengthBytes) return -Errno.Invalid;
        if (!buffer.Put(0, line, (ulong)writer.Length)) return -Errno.Fault;
        Position = record.End;
        return writer.Length;
    }

    /// <summary>A line, with its priority in angle brackets before it or not. Programs cannot speak as the kernel, facility 0.</summary>
    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanWrite(Flags)) return -Errno.BadFile;
        if (lengthBytes > MaximumWriteBytes) return -Errno.Invalid;
        byte* text = stackalloc byte[MaximumWriteBytes];
        if (!buffer.Get(0, text, lengthBytes)) return -Errno.Fault;
        int length = (int)lengthBytes;
        while (length > 0 && text[length - 1] == '\n') length--;
        int start = 0, priority = DefaultPriority;
        if (TryParsePriority(text, length, out int given, out int after))
        {
            start = after;
            priority = given > SeverityMask ? given : UserFacility | given;
        }
        KernelLog.FromProgram(priority, new ReadOnlySpan<byte>(text + start, length - start));
        return (long)lengthBytes;
    }

    public override long Seek(long offset, int whence)
    {
        if (offset != 0) return -Errno.IllegalSeek;
        switch (whence)
        {
            case WhenceSet: Position = KernelLogRing.First; break;
            case WhenceData: Position = KernelLogReader.Cleared; break;
            case WhenceEnd: Position = KernelLogRing.End; break;
            default: return -Errno.Invalid;
        }
        return 0;
    }

    private static bool TryParsePriority(byte* text, int length, out int priority, out int after)
    {
        priority = 0;
        after = 1;
        if (length == 0 || text[0] != '<') return false;
        while (after < length && text[after] >= '0' && text[after] <= '9' && priority <= MaximumPriority) priority = priority * 10 + text[after++] - '0';
        return after > 1 && after < length && text[after++] == '>' && priority <= MaximumPriority;
    }
}
