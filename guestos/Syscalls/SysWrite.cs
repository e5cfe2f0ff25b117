using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>write(2).</summary>
internal static unsafe class SysWrite
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Scheduler.Current.Process.Files.Get((int)frame->Argument0);
        if (file == null) return -Errno.BadFile;
        file.AddReference();
        long result = file.Write(IoBuffer.User(frame->Argument1), frame->Argument2);
        file.Release();
        return result;
    }
}
