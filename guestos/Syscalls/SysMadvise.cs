using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>madvise(2): MADV_DONTNEED drops pages, the other hints change nothing.</summary>
internal static unsafe class SysMadvise
{
    private const ulong DontNeed = 4;
    private const ulong LastKnown = 25;

    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, length = (frame->Argument1 + 4095) & ~4095UL, advice = frame->Argument2;
        if ((start & 4095) != 0 || advice > LastKnown || !UserMemory.IsUserRange(start, length)) return -Errno.Invalid;
        AddressSpace space = Scheduler.Current.Process.Space;
        ulong end = start + length, covered = start;
        bool hasHole = false;
        for (VmArea area = space.FirstEndingAbove(start); area != null && area.Start < end; area = area.Next)
        {
            if (area.Start > covered) hasHole = true;
            ulong from = area.Start > start ? area.Start : start, to = area.End < end ? area.End : end;
            if (advice == DontNeed) PageTable.Zap(space, from, to);
            covered = to;
        }
        return hasHole || covered < end ? -Errno.NoMemory : 0;
    }
}
