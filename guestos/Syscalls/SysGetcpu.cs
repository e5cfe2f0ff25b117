using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getcpu(2): CPU 0, node 0.</summary>
internal static unsafe class SysGetcpu
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument0 != 0 && !UserMemory.Write(frame->Argument0, 0u)) return -Errno.Fault;
        return frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, 0u) ? -Errno.Fault : 0;
    }
}
