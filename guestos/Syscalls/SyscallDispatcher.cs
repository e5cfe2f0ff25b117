using System.Runtime;
using System.Runtime.CompilerServices;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>From the SYSCALL entry to the call and back: number in RAX, result in RAX.</summary>
internal static unsafe class SyscallDispatcher
{
    [RuntimeExport("syscall_dispatch")]
    private static void Dispatch(TrapFrame* frame)
    {
        ModeTicks.UserModeLeft();
        if (FrameAllocator.IsReserveLow) OutOfMemory.Relieve();
        delegate*<TrapFrame*, long> handler = SyscallTable.Find(frame->Rax);
        long result;
        if (handler != null) result = handler(frame);
        else
        {
            SyscallTable.CountUnknown(frame->Rax);
            result = -Errno.NoSystemCall;
        }
        frame->Rax = (ulong)result;
        if (Errno.IsInterruption(result)) Scheduler.Current.HasWork = true;
        if (Scheduler.Current.HasWork || Scheduler.NeedsSwitch) UserReturnWork(frame);
        ModeTicks.UserModeEntered();
    }

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "user_return_work")]
    private static extern void UserReturnWork(TrapFrame* frame);
}
