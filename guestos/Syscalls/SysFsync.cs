using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fsync(2), fdatasync(2), sync(2), syncfs(2), msync(2).</summary>
internal static unsafe class SysFsync
{
    private const ulong KnownFlags = 7;

    public static long Fsync(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file.Synchronize();
        file.Release();
        return result;
    }

    public static long Sync(TrapFrame* frame)
    {
        DentryCache.WriteBackAll();
        return 0;
    }

    public static long SyncFs(TrapFrame* frame)
    {
        if (Descriptors.Table.Get((int)frame->Argument0) == null) return -Errno.BadFile;
        DentryCache.WriteBackAll();
        return 0;
    }

    public static long Msync(TrapFrame* frame)
    {
        ulong address = frame->Argument0, end = (frame->Argument0 + frame->Argument1 + 4095) & ~4095UL;
        if ((address & 4095) != 0 || (frame->Argument2 & ~KnownFlags) != 0) return -Errno.Invalid;
        if (end < address) return -Errno.NoMemory;
        AddressSpace space = Scheduler.Current.Process.Space;
        int result = 0;
        while (address < end)
        {
            VmArea area = space.Find(address);
            if (area == null) return -Errno.NoMemory;
            address = area.End;
            if (!area.IsShared || area.Source is not PageCache pages) continue;
            int error = pages.WriteBack();
            if (error != 0) result = error;
        }
        return result;
    }
}
