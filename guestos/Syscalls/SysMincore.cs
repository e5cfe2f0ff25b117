using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mincore(2): one byte per page, 1 where the page is in memory.</summary>
internal static unsafe class SysMincore
{
    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, length = (frame->Argument1 + 4095) & ~4095UL;
        if ((start & 4095) != 0) return -Errno.Invalid;
        if (!UserMemory.IsUserRange(start, length)) return -Errno.NoMemory;
        AddressSpace space = Scheduler.Current.Process.Space;
        for (ulong offset = 0; offset < length; offset += 4096)
        {
            VmArea area = space.Find(start + offset);
            if (area == null) return -Errno.NoMemory;
            PageTableEntry entry = PageTable.Lookup(space.Root, start + offset);
            bool isResident = entry.IsSwap ? SwapArea.CachedFrame(entry.SwapSlot) != 0
                : !entry.IsNone || area.Source != null && area.Source.FindCached(area.PageIndex(start + offset)) != 0;
            if (!UserMemory.Write(frame->Argument2 + (offset >> 12), (byte)(isResident ? 1 : 0))) return -Errno.Fault;
        }
        return 0;
    }
}
