using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>brk(2): returns the heap's end, moved or not.</summary>
internal static unsafe class SysBrk
{
    public static long Call(TrapFrame* frame)
    {
        AddressSpace space = Scheduler.Current.Process.Space;
        ulong old = space.HeapEnd, end = Heap.SetEnd(space, frame->Argument0);
        if (end > old && space.FutureLock != VmFlags.None) Populate.Range(space, old & ~4095UL, end);
        return (long)end;
    }
}
