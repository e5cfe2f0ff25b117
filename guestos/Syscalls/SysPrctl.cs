using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>prctl(2): the thread's name; options of machines this is not give EINVAL.</summary>
internal static unsafe class SysPrctl
{
    private const ulong SetName = 15;
    private const ulong GetName = 16;

    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        switch (frame->Argument0)
        {
            case GetName:
                return UserMemory.CopyTo(frame->Argument1, process.Name, Process.NameBytes) ? 0 : -Errno.Fault;
            case SetName:
                byte* name = stackalloc byte[Process.NameBytes];
                long length = UserMemory.CopyString(name, frame->Argument1, Process.NameBytes);
                if (length == -Errno.Fault) return length;
                process.SetName(name, length < 0 ? Process.NameBytes - 1 : (ulong)length);
                return 0;
            default:
                return -Errno.Invalid;
        }
    }
}
