using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A counter to wait on: eventfd(2).</summary>
internal sealed unsafe class EventCounterFile : OpenFile
{
    private const ulong Maximum = ulong.MaxValue - 1;

    private readonly WaitQueue _changed = new WaitQueue();
    private readonly bool _isSemaphore;
    private ulong _count;

    public EventCounterFile(uint count, bool isSemaphore, uint flags)
    {
        AnonymousInode.Attach(this, "anon_inode:[eventfd]"u8);
        Flags = flags | OpenFlags.ReadWrite;
        _count = count;
        _isSemaphore = isSemaphore;
    }

    /// <summary>Takes the count, or one of it from a semaphore.</summary>
    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (lengthBytes < sizeof(ulong)) return -Errno.Invalid;
        while (_count == 0)
        {
            if (IsNonBlocking) return -Errno.Again;
            int error = _changed.Sleep();
            if (error != 0) return error;
        }
        ulong taken = _isSemaphore ? 1 : _count;
        _count -= taken;
        _changed.WakeAll(PollEvents.AnyOut);
        return buffer.Put(0, &taken, sizeof(ulong)) ? sizeof(ulong) : -Errno.Fault;
    }

    public override long Write(IoBuffer buffer, ulong lengthBytes)
    {
        ulong added;
        if (lengthBytes < sizeof(ulong)) return -Errno.Invalid;
        if (!buffer.Get(0, &added, sizeof(ulong))) return -Errno.Fault;
        if (added > Maximum) return -Errno.Invalid;
        while (added > Maximum - _count)
        {
            if (IsNonBlocking) return -Errno.Again;
            int error = _changed.Sleep();
            if (error != 0) return error;
        }
        _count += added;
        _changed.WakeAll(PollEvents.AnyIn);
        return sizeof(ulong);
    }

    public override uint Poll(uint events)
    {
        _changed.Watch();
        return events & ((_count != 0 ? PollEvents.AnyIn : 0) | (_count < Maximum ? PollEvents.AnyOut : 0));
    }

    protected override void Close() => _changed.Destroy();
}
