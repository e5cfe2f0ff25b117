using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>flock(2).</summary>
internal static unsafe class SysFlock
{
    private const uint Shared = 1;
    private const uint Exclusive = 2;
    private const uint NonBlocking = 4;
    private const uint Unlock = 8;

    // LOCK_MAND, share modes that Linux no longer has: nothing is done.
    private const uint Mandatory = 32;

    public static long Call(TrapFrame* frame)
    {
        uint operation = (uint)frame->Argument1;
        if ((operation & Mandatory) != 0) return 0;
        if ((operation & ~NonBlocking) is not (Shared or Exclusive or Unlock)) return -Errno.Invalid;
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        FileLockRange wanted = new FileLockRange
        {
            Kind = FileLockKind.Whole,
            Type = (operation & Unlock) != 0 ? FileLockType.None : (operation & Exclusive) != 0 ? FileLockType.Write : FileLockType.Read,
            Last = FileLockRange.Endless,
            Owner = file,
            Pid = Scheduler.Current.Process.Pid,
        };
        int error = SysFileLock.Set(file, wanted, (operation & NonBlocking) == 0);
        file.Release();
        return error;
    }
}
