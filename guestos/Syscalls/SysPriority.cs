using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getpriority(2) and setpriority(2): every process has niceness 0, as the scheduler has one class.</summary>
internal static unsafe class SysPriority
{
    private const ulong LastKind = 2;

    // The call returns 20 less the niceness, so that no result is negative.
    private const long NicenessZero = 20;

    public static long Get(TrapFrame* frame)
    {
        int error = Check(frame);
        return error != 0 ? error : NicenessZero;
    }

    public static long Set(TrapFrame* frame) => Check(frame);

    private static int Check(TrapFrame* frame)
    {
        if (frame->Argument0 > LastKind) return -Errno.Invalid;
        bool isProcess = frame->Argument0 == 0 && (int)frame->Argument1 != 0;
        return isProcess && ProcessTable.Find((int)frame->Argument1) == null ? -Errno.NoProcess : 0;
    }
}
