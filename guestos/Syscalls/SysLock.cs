using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mlock(2), mlock2(2), munlock(2), mlockall(2), munlockall(2).</summary>
internal static unsafe class SysLock
{
    private const ulong OnFault = 1;
    private const ulong Current = 1;
    private const ulong Future = 2;
    private const ulong AllOnFault = 4;

    private static AddressSpace Space => Scheduler.Current.Process.Space;

    public static long Lock(TrapFrame* frame) => Lock(frame->Argument0, frame->Argument1, populate: true);

    public static long Lock2(TrapFrame* frame) =>
        (frame->Argument2 & ~OnFault) != 0 ? -Errno.Invalid : Lock(frame->Argument0, frame->Argument1, populate: (frame->Argument2 & OnFault) == 0);

    public static long Unlock(TrapFrame* frame)
    {
        int error = Bounds(frame->Argument0, frame->Argument1, out ulong start, out ulong end);
        return error != 0 ? error : Mm.Lock.Mark(Space, start, end, VmFlags.None);
    }

    public static long LockAll(TrapFrame* frame)
    {
        ulong flags = frame->Argument0;
        if (flags == 0 || (flags & ~(Current | Future | AllOnFault)) != 0 || flags == AllOnFault) return -Errno.Invalid;
        AddressSpace space = Space;
        if (!space.Limits.MayLock) return -Errno.NotPermitted;
        if ((flags & Current) != 0 && space.Totals.Pages << 12 > space.Limits.LockedBytes) return -Errno.NoMemory;
        VmFlags lockFlags = (flags & AllOnFault) != 0 ? Mm.Lock.Flags : VmFlags.Locked;
        space.FutureLock = (flags & Future) != 0 ? lockFlags : VmFlags.None;
        if ((flags & Current) == 0) return 0;
        Mm.Lock.MarkAll(space, lockFlags);
        if ((flags & AllOnFault) != 0) return 0;
        for (VmArea area = space.FirstArea; area != null;)
        {
            // It may sleep, and other threads change the areas meanwhile.
            ulong end = area.End;
            Populate.Range(space, area.Start, end);
            area = space.FirstEndingAbove(end);
        }
        return 0;
    }

    public static long UnlockAll(TrapFrame* frame)
    {
        Space.FutureLock = VmFlags.None;
        Mm.Lock.MarkAll(Space, VmFlags.None);
        return 0;
    }

    private static long Lock(ulong address, ulong lengthBytes, bool populate)
    {
        AddressSpace space = Space;
        if (!space.Limits.MayLock) return -Errno.NotPermitted;
        int error = Bounds(address, lengthBytes, out ulong start, out ulong end);
        if (error == 0 && !space.Limits.AllowLocked(space.Totals, end - start - LockedBytes(space, start, end))) error = -Errno.NoMemory;
        if (error == 0) error = Mm.Lock.Mark(Space, start, end, populate ? VmFlags.Locked : Mm.Lock.Flags);
        if (error != 0 || !populate) return error;
        // POSIX knows no EFAULT here.
        return Populate.Range(Space, start, end) == 0 ? 0 : -Errno.NoMemory;
    }

    /// <summary>Bytes of a range that are locked already. Nobody has to count where no limit holds.</summary>
    private static ulong LockedBytes(AddressSpace space, ulong start, ulong end)
    {
        ulong bytes = 0;
        if (space.Limits.LockedBytes == ulong.MaxValue) return 0;
        for (VmArea area = space.FirstEndingAbove(start); area != null && area.Start < end; area = area.Next)
            if (area.IsLocked) bytes += (area.End < end ? area.End : end) - (area.Start > start ? area.Start : start);
        return bytes;
    }

    private static int Bounds(ulong address, ulong lengthBytes, out ulong start, out ulong end)
    {
        start = address & ~4095UL;
        end = (address + lengthBytes + 4095) & ~4095UL;
        if (end < start) return -Errno.Invalid;
        return UserMemory.IsUserRange(start, end - start) ? 0 : -Errno.NoMemory;
    }
}
