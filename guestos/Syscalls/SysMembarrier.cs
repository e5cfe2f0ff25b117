using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>membarrier(2). With one CPU every other thread has seen all that this one wrote as soon as it runs, so that only the rules remain.</summary>
internal static unsafe class SysMembarrier
{
    private const ulong Query = 0;
    private const ulong Global = 1;
    private const ulong GlobalExpedited = 2;
    private const ulong RegisterGlobalExpedited = 4;
    private const ulong PrivateExpedited = 8;
    private const ulong RegisterPrivateExpedited = 16;

    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        if ((uint)frame->Argument1 != 0) return -Errno.Invalid;
        switch ((uint)frame->Argument0)
        {
            case (uint)Query: return (long)(Global | GlobalExpedited | RegisterGlobalExpedited | PrivateExpedited | RegisterPrivateExpedited);
            case (uint)Global or (uint)GlobalExpedited or (uint)RegisterGlobalExpedited: return 0;
            case (uint)PrivateExpedited: return process.UsesMemoryBarriers ? 0 : -Errno.NotPermitted;
            case (uint)RegisterPrivateExpedited:
                process.UsesMemoryBarriers = true;
                return 0;
            default: return -Errno.Invalid;
        }
    }
}
