using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open message queue. Read as a file it tells how much it holds and whom it will tell of messages.</summary>
internal sealed unsafe class PosixQueueFile : OpenFile
{
    private const int StatusBytes = 80;

    /// <summary>Takes a reference to the queue.</summary>
    public PosixQueueFile(PosixQueue queue, uint flags)
        : base(queue, flags) => Queue = queue;

    public PosixQueue Queue { get; }

    public override bool CanPoll => true;

    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (!OpenFlags.CanRead(Flags)) return -Errno.BadFile;
        byte* text = stackalloc byte[StatusBytes];
        TextWriter writer = new TextWriter(text, StatusBytes);
        Process owner = Queue.NoticeOwner;
        writer.Text("QSIZE:"u8);
        writer.Decimal(Queue.Bytes);
        for (int i = writer.Length; i < 16; i++) writer.Byte((byte)' ');
        writer.Text(" NOTIFY:"u8);
        // SIGEV_SIGNAL is 0, as is nobody at all; SIGEV_NONE is 1.
        writer.Decimal(owner != null && Queue.NoticeSignal == 0 ? 1u : 0);
        for (int i = writer.Length; i < 29; i++) writer.Byte((byte)' ');
        writer.Text(" SIGNO:"u8);
        writer.Decimal(owner == null ? 0 : (ulong)Queue.NoticeSignal);
        for (int i = writer.Length; i < 41; i++) writer.Byte((byte)' ');
        writer.Text(" NOTIFY_PID:"u8);
        writer.Decimal(owner == null ? 0 : (ulong)owner.Pid);
        for (int i = writer.Length; i < 59; i++) writer.Byte((byte)' ');
        writer.Byte((byte)'\n');
        if (Position >= (ulong)writer.Length) return 0;
        ulong length = (ulong)writer.Length - Position;
        if (length > lengthBytes) length = lengthBytes;
        return buffer.Put(0, text + Position, length) ? Advance((long)length) : -Errno.Fault;
    }

    public override long Seek(long offset, int whence) => DirectoryPosition.Seek(this, offset, whence);

    public override uint Poll(uint events) => Queue.Poll(events);

    public override int Flush()
    {
        Queue.ForgetNotice(Scheduler.Current.Process);
        return 0;
    }
}
