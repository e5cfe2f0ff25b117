using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>wait4(2).</summary>
internal static unsafe class SysWait4
{
    private const int KnownOptions = Wait.NoHang | Wait.Stopped | Wait.Continued | Wait.NoThread | Wait.AllChildren | Wait.CloneChildren;

    public static long Call(TrapFrame* frame)
    {
        int options = (int)frame->Argument2;
        if ((options & ~KnownOptions) != 0) return -Errno.Invalid;
        if ((int)frame->Argument0 == int.MinValue) return -Errno.NoProcess;
        int pid = Wait.For((int)frame->Argument0, options | Wait.Exited, out int status, out ResourceUsage usage);
        if (pid <= 0) return pid;
        if (frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, status)) return -Errno.Fault;
        return frame->Argument3 != 0 && !SysGetrusage.Put(frame->Argument3, usage) ? -Errno.Fault : pid;
    }
}
