using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A POSIX message queue: messages by priority, those of one in the order they came.</summary>
internal sealed unsafe class PosixQueue : Inode
{
    private const ulong StatusBytes = 80;

    /// <summary>A message; its text is one block of the kernel heap.</summary>
    private sealed class Message
    {
        public byte* Text;
        public ulong LengthBytes;
        public uint Priority;
        public Message Next;
    }

    private readonly WaitQueue _arrived = new WaitQueue();
    private readonly WaitQueue _left = new WaitQueue();
    private readonly UserAccount _account;
    private Message _first;
    private int _receivers;
    private SignalInfo _notice;

    private PosixQueue(Inode directory, uint mode, PosixQueueLimits limits)
    {
        FileSystem = directory.FileSystem;
        Kind = InodeKind.Regular;
        Mode = mode;
        Number = ((RamFileSystem)FileSystem).NextNumber();
        SizeBytes = StatusBytes;
        Limits = limits;
        _account = Credentials.Current.Account;
        _account.AddReference();
        _account.QueueBytes += limits.ChargedBytes;
        MessageFileSystem.Only.QueueCount++;
        Permission.SetOwner(this, directory);
        Touch();
        Accessed = Modified;
    }

    public PosixQueueLimits Limits { get; }

    public ulong Count { get; private set; }

    /// <summary>Bytes of all messages.</summary>
    public ulong Bytes { get; private set; }

    public bool IsFull => Count == Limits.Messages;

    /// <summary>Who is told of the next message that comes when there is none; null for nobody.</summary>
    public Process NoticeOwner { get; private set; }

    /// <summary>What it is told with; signal 0 is silence.</summary>
    public int NoticeSignal => _notice.Signal;

    /// <summary>A new queue that the running process pays for: 0, -ENOSPC, -EMFILE beyond RLIMIT_MSGQUEUE, -ENOMEM.</summary>
    public static int Create(Inode directory, uint mode, PosixQueueLimits limits, out Inode queue)
    {
        queue = null;
        Process process = Scheduler.Current.Process;
        if (MessageFileSystem.Only.QueueCount >= PosixQueueLimits.MaximumQueues && !Credentials.CurrentHas(Capability.ExceedResources)) return -Errno.NoSpace;
        ulong limit = process.Limits.Get(ResourceLimits.MessageQueues).Soft;
        if (Credentials.Current.Account.QueueBytes + limits.ChargedBytes > limit) return -Errno.TooManyFiles;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        queue = new PosixQueue(directory, mode, limits);
        directory.Touch();
        return 0;
    }

    public override int Open(uint flags, out OpenFile file)
    {
        file = new PosixQueueFile(this, flags);
        return 0;
    }

    /// <summary>
    /// Adds a message, waiting for room until a time of <see cref="Arch.Clock.Now"/>: 0, -EAGAIN, -ETIMEDOUT, -RestartCall. On success the queue owns the text.
    /// </summary>
    public int Send(byte* text, ulong lengthBytes, uint priority, bool waits, ulong deadline)
    {
        while (IsFull)
        {
            if (!waits) return -Errno.Again;
            int error = _left.SleepUntil(deadline);
            if (error != 0) return error;
        }
        Message before = null, after = _first;
        for (; after != null && after.Priority >= priority; after = after.Next) before = after;
        Message message = new Message { Text = text, LengthBytes = lengthBytes, Priority = priority, Next = after };
        if (before == null) _first = message;
        else before.Next = message;
        Bytes += lengthBytes;
        Touch();
        if (Count++ == 0 && _receivers == 0) Tell();
        _arrived.WakeAll(PollEvents.AnyIn);
        return 0;
    }

    /// <summary>Takes the first message of the highest priority, waiting for one; the caller frees its text. 0, -EAGAIN, -ETIMEDOUT, -RestartCall.</summary>
    public int Receive(bool waits, ulong deadline, out byte* text, out ulong lengthBytes, out uint priority)
    {
        text = null;
        lengthBytes = 0;
        priority = 0;
        while (_first == null)
        {
            if (!waits) return -Errno.Again;
            _receivers++;
            int error = _arrived.SleepUntil(deadline);
            _receivers--;
            if (error != 0) return error;
        }
        Message message = _first;
        _first = message.Next;
        Count--;
        Bytes -= message.LengthBytes;
        text = message.Text;
        lengthBytes = message.LengthBytes;
        priority = message.Priority;
        KernelHeap.Free(message);
        Accessed = Timestamp.Now;
        _left.WakeAll(PollEvents.AnyOut);
        return 0;
    }

    /// <summary>Tells the running process when a message comes: 0, or -EBUSY when somebody waits for that already.</summary>
    public int AskForNotice(in SignalInfo notice)
    {
        if (NoticeOwner != null) return -Errno.Busy;
        NoticeOwner = Scheduler.Current.Process;
        _notice = notice;
        return 0;
    }

    /// <summary>A process does not want to be told any more, or has closed a descriptor of the queue.</summary>
    public void ForgetNotice(Process process)
    {
        if (NoticeOwner == process) NoticeOwner = null;
    }

    /// <summary>The poll(2) events that hold.</summary>
    public uint Poll(uint events)
    {
        _arrived.Watch();
        _left.Watch();
        return events & ((Count != 0 ? PollEvents.AnyIn : 0) | (IsFull ? 0 : PollEvents.AnyOut));
    }

    protected override void Destroy()
    {
        while (_first != null)
        {
            Message message = _first;
            _first = message.Next;
            KernelHeap.Free(message.Text);
            KernelHeap.Free(message);
        }
        _account.QueueBytes -= Limits.ChargedBytes;
        _account.Release();
        MessageFileSystem.Only.QueueCount--;
        _arrived.Destroy();
        _left.Destroy();
        KernelHeap.Free(this);
    }

    private void Tell()
    {
        Process owner = NoticeOwner;
        if (owner == null) return;
        NoticeOwner = null;
        if (_notice.Signal == 0) return;
        SignalInfo info = SignalInfo.FromUser(_notice.Signal, SignalCode.MessageQueue);
        info.Value = _notice.Value;
        Signal.SendToProcess(owner, info);
    }
}
