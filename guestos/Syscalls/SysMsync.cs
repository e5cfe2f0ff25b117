using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>msync(2): MS_SYNC writes what shared mappings changed to the file; MS_ASYNC leaves it to the flusher.</summary>
internal static unsafe class SysMsync
{
    private const ulong Asynchronous = 1;
    private const ulong Invalidate = 2;
    private const ulong Synchronous = 4;

    public static long Call(TrapFrame* frame)
    {
        ulong address = frame->Argument0, end = address + ((frame->Argument1 + 4095) & ~4095UL), flags = frame->Argument2;
        if ((flags & ~(Asynchronous | Invalidate | Synchronous)) != 0 || (address & 4095) != 0) return -Errno.Invalid;
        if ((flags & (Asynchronous | Synchronous)) == (Asynchronous | Synchronous)) return -Errno.Invalid;
        if (end < address) return -Errno.NoMemory;
        AddressSpace space = Scheduler.Current.Process.Space;
        bool hasHole = false;
        while (address < end)
        {
            VmArea area = space.FirstEndingAbove(address);
            if (area == null) return -Errno.NoMemory;
            if (area.Start > address)
            {
                if (flags == Asynchronous) return -Errno.NoMemory;
                hasHole = true;
                address = area.Start;
                if (address >= end) break;
            }
            if ((flags & Invalidate) != 0 && (area.Flags & VmFlags.Locked) != 0) return -Errno.Busy;
            ulong areaEnd = area.End < end ? area.End : end;
            int error = (flags & Synchronous) != 0 && area.IsShared && area.Source is PageCache pages ? Write(pages, area, address, areaEnd) : 0;
            if (error != 0) return error;
            address = areaEnd;
        }
        return hasHole ? -Errno.NoMemory : 0;
    }

    private static int Write(PageCache pages, VmArea area, ulong start, ulong end)
    {
        Inode inode = pages.Inode;
        inode.AddReference();
        int error = pages.WriteBackMapped(area.PageIndex(start), area.PageIndex(end));
        if (error == 0) error = inode.Synchronize();
        inode.Release();
        return error;
    }
}
