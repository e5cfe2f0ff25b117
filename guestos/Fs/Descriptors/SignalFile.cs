using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>Signals as a file: signalfd(2). Who reads takes signals of its own process and thread.</summary>
internal sealed unsafe class SignalFile : OpenFile
{
    private const ulong RecordBytes = 128;

    /// <summary>The signals it is for, bit n-1 for signal n.</summary>
    public ulong Mask;

    public SignalFile(ulong mask, uint flags)
    {
        AnonymousInode.Attach(this, "anon_inode:[signalfd]"u8);
        Flags = flags | OpenFlags.ReadWrite;
        Mask = mask;
    }

    private static WaitQueue Arrived => Scheduler.Current.Process.Signals.Arrived;

    /// <summary>As many struct signalfd_siginfo as wait and fit.</summary>
    public override long Read(IoBuffer buffer, ulong lengthBytes)
    {
        if (lengthBytes < RecordBytes) return -Errno.Invalid;
        Thread thread = Scheduler.Current;
        ulong done = 0;
        while (lengthBytes - done >= RecordBytes)
        {
            if (!thread.Pending.Take(~Mask, out SignalInfo info) && !thread.Process.Signals.Pending.Take(~Mask, out info))
            {
                if (done != 0) break;
                if (IsNonBlocking) return -Errno.Again;
                int error = Arrived.Sleep();
                if (error != 0) return error;
                continue;
            }
            ulong* record = stackalloc ulong[(int)RecordBytes / 8];
            info.StoreForFile(record);
            if (!buffer.Put(done, record, RecordBytes)) return done != 0 ? (long)done : -Errno.Fault;
            done += RecordBytes;
        }
        return (long)done;
    }

    public override uint Poll(uint events)
    {
        Arrived.Watch();
        Thread thread = Scheduler.Current;
        return ((thread.Pending.Mask | thread.Process.Signals.Pending.Mask) & Mask) != 0 ? events & PollEvents.AnyIn : 0;
    }
}
