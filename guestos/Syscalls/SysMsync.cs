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
            if ((flags & Invalidate) != 0 && area.IsLocked) return -Errno.Busy;
            ulong areaEnd = area.End < end ? area.End : end;
            int error = (flags & Synchronous) != 0 && area.IsShared && area.File is RegularFile file ? Write(file, area, address, areaEnd) : 0;
            if (error != 0) return error;
            address = areaEnd;
        }
        return hasHole ? -Errno.NoMemory : 0;
    }

    /// <summary>As fsync of the file that was mapped, which reports each failure once, by whatever call.</summary>
    private static int Write(RegularFile file, VmArea area, ulong start, ulong end)
    {
        file.AddReference();
        int error = file.WriteThrough(area.PageIndex(start) << 12, area.PageIndex(end) << 12);
        file.Release();
        return error;
    }
}
