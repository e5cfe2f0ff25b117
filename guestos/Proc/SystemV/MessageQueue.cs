using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>A message in a queue; its text is one block of the kernel heap.</summary>
internal sealed unsafe class QueuedMessage
{
    public long Type;
    public byte* Text;
    public ulong LengthBytes;
    public QueuedMessage Next;

    public void Destroy()
    {
        KernelHeap.Free(Text);
        KernelHeap.Free(this);
    }
}

/// <summary>A System V message queue.</summary>
internal sealed unsafe class MessageQueue : InterprocessObject
{
    /// <summary>MSGMAX and MSGMNB: the longest message, and what a new queue holds.</summary>
    public const ulong MaximumMessageBytes = 8192;
    public const ulong DefaultCapacityBytes = 16384;

    private readonly WaitQueue _arrived = new WaitQueue();
    private readonly WaitQueue _left = new WaitQueue();
    private QueuedMessage _first;
    private QueuedMessage _last;

    private MessageQueue(int key, uint mode)
        : base(key, mode)
    {
    }

    /// <summary>All queues.</summary>
    public static InterprocessTable Table { get; private set; }

    /// <summary>Messages and their bytes in all queues.</summary>
    public static ulong TotalMessages { get; private set; }
    public static ulong TotalBytes { get; private set; }

    public ulong CapacityBytes { get; set; } = DefaultCapacityBytes;
    public ulong Bytes { get; private set; }
    public ulong MessageCount { get; private set; }

    /// <summary>Who sent and received last, and seconds since 1970 when; 0 for never.</summary>
    public int LastSender { get; private set; }
    public int LastReceiver { get; private set; }
    public ulong SendTime { get; private set; }
    public ulong ReceiveTime { get; private set; }

    public static void Initialize() => Table = new InterprocessTable();

    /// <summary>A new queue's identifier; -ENOSPC, -ENOMEM.</summary>
    public static int Create(int key, uint mode)
    {
        if (Table.Count >= InterprocessTable.MaximumCount) return -Errno.NoSpace;
        return FrameAllocator.IsScarce ? -Errno.NoMemory : Table.Add(new MessageQueue(key, mode));
    }

    /// <summary>Appends a message, waiting for room: 0, -EAGAIN, -EIDRM, -RestartWithoutHandler. On success the queue owns the message.</summary>
    public int Send(QueuedMessage message, bool mayWait)
    {
        while (Bytes + message.LengthBytes > CapacityBytes || MessageCount + 1 > CapacityBytes)
        {
            if (!mayWait) return -Errno.Again;
            int error = Sleep(_left, ulong.MaxValue);
            if (error != 0) return error == -Errno.IdentifierRemoved ? error : -Errno.RestartWithoutHandler;
        }
        if (_last != null) _last.Next = message;
        else _first = message;
        _last = message;
        Count(message, 1);
        LastSender = Scheduler.Current.Process.Pid;
        SendTime = Fs.Timestamp.Now.Seconds;
        _arrived.WakeAll();
        return 0;
    }

    /// <summary>
    /// Takes a message out, waiting for one: the first of any type for 0, of this type, of any other with <paramref name="isExcept"/>, or of the lowest type up to
    /// a negative one's amount. 0, -E2BIG when it is longer than allowed and stays, -ENOMSG, -EIDRM, -RestartWithoutHandler.
    /// </summary>
    public int Receive(long type, bool isExcept, ulong maximumBytes, bool mayCut, bool mayWait, out QueuedMessage message)
    {
        while (true)
        {
            message = Find(type, isExcept, out QueuedMessage before);
            if (message != null)
            {
                if (message.LengthBytes > maximumBytes && !mayCut) return -Errno.ArgumentsTooLong;
                Unlink(message, before);
                LastReceiver = Scheduler.Current.Process.Pid;
                ReceiveTime = Fs.Timestamp.Now.Seconds;
                _left.WakeAll();
                return 0;
            }
            if (!mayWait) return -Errno.NoMessage;
            int error = Sleep(_arrived, ulong.MaxValue);
            if (error != 0) return error == -Errno.IdentifierRemoved ? error : -Errno.RestartWithoutHandler;
        }
    }

    /// <summary>IPC_SET has changed what it holds or who may use it: those who wait look again.</summary>
    public void Changed()
    {
        ChangeTime = Fs.Timestamp.Now.Seconds;
        WakeAll();
    }

    protected override void WakeAll()
    {
        _arrived.WakeAll();
        _left.WakeAll();
    }

    protected override void Destroy()
    {
        while (_first != null)
        {
            QueuedMessage message = _first;
            Unlink(message, null);
            message.Destroy();
        }
        _arrived.Destroy();
        KernelHeap.Free(_left);
        KernelHeap.Free(this);
    }

    private QueuedMessage Find(long type, bool isExcept, out QueuedMessage before)
    {
        QueuedMessage best = null, beforeBest = null, previous = null;
        ulong limit = type < 0 ? 0 - (ulong)type : 0;
        for (QueuedMessage message = _first; message != null; previous = message, message = message.Next)
        {
            bool fits = type == 0 || (type > 0 ? message.Type == type != isExcept : (ulong)message.Type <= limit && (best == null || message.Type < best.Type));
            if (!fits) continue;
            best = message;
            beforeBest = previous;
            if (type >= 0) break;
        }
        before = beforeBest;
        return best;
    }

    private void Unlink(QueuedMessage message, QueuedMessage before)
    {
        if (before == null) _first = message.Next;
        else before.Next = message.Next;
        if (_last == message) _last = before;
        message.Next = null;
        Count(message, -1);
    }

    private void Count(QueuedMessage message, int sign)
    {
        ulong bytes = (ulong)((long)message.LengthBytes * sign), one = (ulong)(long)sign;
        Bytes += bytes;
        TotalBytes += bytes;
        MessageCount += one;
        TotalMessages += one;
    }
}
