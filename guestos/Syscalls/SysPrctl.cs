using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>prctl(2): the thread's name, and whether the program may have transparent huge pages; options of machines this is not give EINVAL.</summary>
internal static unsafe class SysPrctl
{
    private const ulong SetName = 15;
    private const ulong GetName = 16;
    private const ulong SetHugePagesDisabled = 41;
    private const ulong GetHugePagesDisabled = 42;

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
            case SetHugePagesDisabled:
                if ((frame->Argument2 | frame->Argument3 | frame->Argument4) != 0) return -Errno.Invalid;
                process.Space.HugePagesDisabled = frame->Argument1 != 0;
                return 0;
            case GetHugePagesDisabled:
                if ((frame->Argument1 | frame->Argument2 | frame->Argument3 | frame->Argument4) != 0) return -Errno.Invalid;
                return process.Space.HugePagesDisabled ? 1 : 0;
            default:
                return -Errno.Invalid;
        }
    }
}
