using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A process to signal and wait for, whoever gets its number later: pidfd_open(2). It can be read from, as poll has it, when the process has ended.</summary>
internal sealed class ProcessFile : OpenFile
{
    private readonly int _pid;
    private readonly ulong _serial;

    public ProcessFile(Process process, uint flags)
    {
        AnonymousInode.Attach(this, "anon_inode:[pidfd]"u8);
        Flags = flags | OpenFlags.ReadWrite;
        _pid = process.Pid;
        _serial = process.Serial;
    }

    /// <summary>The process, ended or not; null when its parent has waited for it.</summary>
    public Process Process
    {
        get
        {
            Process process = ProcessTable.Find(_pid);
            return process != null && process.Serial == _serial ? process : null;
        }
    }

    public override long Read(IoBuffer buffer, ulong lengthBytes) => -Errno.Invalid;

    public override long Write(IoBuffer buffer, ulong lengthBytes) => -Errno.Invalid;

    public override uint Poll(uint events)
    {
        Process process = Process;
        if (process == null) return events & PollEvents.AnyIn | PollEvents.HangUp;
        process.Ended.Watch();
        return process.IsZombie ? events & PollEvents.AnyIn : 0;
    }

    protected override void Close() { }
}
