using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>brk(2): returns the heap's end, moved or not.</summary>
internal static unsafe class SysBrk
{
    public static long Call(TrapFrame* frame) => (long)Heap.SetEnd(Scheduler.Current.Process.Space, frame->Argument0);
}
