using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>utimensat(2), utimes(2), utime(2), futimesat(2).</summary>
internal static unsafe class SysUtimensat
{
    private const ulong Now = 0x3fffffff;
    private const ulong Omit = 0x3ffffffe;

    private struct Pair
    {
        public ulong AccessedSeconds, AccessedFraction, ModifiedSeconds, ModifiedFraction;
    }

    private struct Seconds
    {
        public ulong Accessed, Modified;
    }

    public static long UtimensAt(TrapFrame* frame)
    {
        Pair times = new Pair { AccessedFraction = Now, ModifiedFraction = Now };
        if (frame->Argument2 != 0 && !UserMemory.Read(frame->Argument2, out times)) return -Errno.Fault;
        if (!IsValid(times.AccessedFraction) || !IsValid(times.ModifiedFraction)) return -Errno.Invalid;
        if (frame->Argument1 != 0) return At(frame->Argument0, frame->Argument1, (uint)frame->Argument3, times);
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Change(file.Inode, times);
        file.Release();
        return result;
    }

    public static long Utimes(TrapFrame* frame) => WithMicroseconds(PathArgument.Here, frame->Argument0, frame->Argument1);

    public static long FutimesAt(TrapFrame* frame) => WithMicroseconds(frame->Argument0, frame->Argument1, frame->Argument2);

    public static long Utime(TrapFrame* frame)
    {
        Pair times = new Pair { AccessedFraction = Now, ModifiedFraction = Now };
        if (frame->Argument1 != 0)
        {
            if (!UserMemory.Read(frame->Argument1, out Seconds seconds)) return -Errno.Fault;
            times = new Pair { AccessedSeconds = seconds.Accessed, ModifiedSeconds = seconds.Modified };
        }
        return At(PathArgument.Here, frame->Argument0, 0, times);
    }

    private static long WithMicroseconds(ulong directory, ulong path, ulong address)
    {
        Pair times = new Pair { AccessedFraction = Now, ModifiedFraction = Now };
        if (address != 0)
        {
            if (!UserMemory.Read(address, out times)) return -Errno.Fault;
            if (times.AccessedFraction >= 1000000 || times.ModifiedFraction >= 1000000) return -Errno.Invalid;
            times.AccessedFraction *= 1000;
            times.ModifiedFraction *= 1000;
        }
        return At(directory, path, 0, times);
    }

    private static bool IsValid(ulong fraction) => fraction < Clock.NanosecondsPerSecond || fraction is Now or Omit;

    private static long At(ulong directory, ulong path, uint flags, in Pair times)
    {
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        error = Change(entry.Inode, times);
        entry.Release();
        return error;
    }

    private static int Change(Inode inode, in Pair times)
    {
        if (inode.FileSystem != null && inode.FileSystem.IsReadOnly) return -Errno.ReadOnly;
        int refusal = CheckAccess(inode, times);
        if (refusal != 0) return refusal;
        uint mask = 0;
        Timestamp accessed = inode.Accessed, modified = inode.Modified, changed = inode.Changed;
        if (times.AccessedFraction != Omit)
        {
            mask |= AttributeMask.Accessed | AttributeMask.AccessedGiven;
            inode.Accessed = Time(times.AccessedSeconds, times.AccessedFraction);
        }
        if (times.ModifiedFraction != Omit)
        {
            mask |= AttributeMask.Modified | AttributeMask.ModifiedGiven;
            inode.Modified = Time(times.ModifiedSeconds, times.ModifiedFraction);
        }
        inode.Changed = Timestamp.Now;
        int error = mask == 0 ? 0 : inode.StoreAttributes(mask);
        if (error == 0) return 0;
        inode.Accessed = accessed;
        inode.Modified = modified;
        inode.Changed = changed;
        return error;
    }

    /// <summary>Who may write may set both to now; any other time is the owner's to set.</summary>
    private static int CheckAccess(Inode inode, in Pair times)
    {
        bool changesNothing = times.AccessedFraction == Omit && times.ModifiedFraction == Omit;
        if (changesNothing || Permission.IsOwner(inode)) return 0;
        return times.AccessedFraction == Now && times.ModifiedFraction == Now ? inode.CheckAccess(Permission.Write) : -Errno.NotPermitted;
    }

    private static Timestamp Time(ulong seconds, ulong fraction) =>
        fraction == Now ? Timestamp.Now : new Timestamp { Seconds = seconds, Nanoseconds = (uint)fraction };
}
