using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mlock(2) and its kin: no page is ever taken away from a program, so there is nothing to do but to check.</summary>
internal static unsafe class SysLock
{
    public static long Range(TrapFrame* frame)
    {
        ulong start = frame->Argument0 & ~4095UL, end = frame->Argument0 + frame->Argument1;
        if (end < start || !UserMemory.IsUserRange(start, end - start)) return -Errno.NoMemory;
        AddressSpace space = Scheduler.Current.Process.Space;
        for (ulong address = start; address < end;)
        {
            VmArea area = space.Find(address);
            if (area == null) return -Errno.NoMemory;
            address = area.End;
        }
        return 0;
    }

    public static long Everything(TrapFrame* frame) => 0;
}
