using System;
using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mmap(2): anonymous memory, private and shared, and files.</summary>
internal static unsafe class SysMmap
{
    private const ulong Shared = 1;
    private const ulong Private = 2;
    private const ulong SharedValidate = 3;
    private const ulong TypeMask = 0xf;
    private const ulong FixedAddress = 0x10;
    private const ulong Anonymous = 0x20;
    private const ulong GrowsDown = 0x100;
    private const ulong Locked = 0x2000;
    private const ulong HugePages = 0x40000;
    private const int HugeSizeShift = 26;
    private const ulong HugeSizeMask = 63;
    private const ulong HugeSizeLog = 21;
    private const ulong GigabyteSizeLog = 30;
    private const ulong NoReserve = 0x4000;
    private const ulong Populate = 0x8000;
    private const ulong FixedNoReplace = 0x100000;

    public static long Call(TrapFrame* frame)
    {
        ulong address = frame->Argument0, length = frame->Argument1, flags = frame->Argument3, offset = frame->Argument5;
        AddressSpace space = Scheduler.Current.Process.Space;
        if ((offset & 4095) != 0) return -Errno.Invalid;
        OpenFile file = null;
        if ((flags & Anonymous) == 0 && (file = Descriptors.AcquireForData(frame->Argument4)) == null) return -Errno.BadFile;
        Dentry entry = null;
        long result = CheckLength(ref length);
        ulong type = flags & TypeMask;
        if (result == 0 && type != Shared && type != Private && type != SharedValidate) result = -Errno.Invalid;
        bool isHuge = (flags & HugePages) != 0;
        if (result == 0 && isHuge) result = CheckHuge(flags, ref length);
        if (result == 0 && (flags & Locked) != 0 && !space.Limits.MayLock) result = -Errno.NotPermitted;
        VmFlags area = SysPersonality.Effective((VmFlags)frame->Argument2 & VmFlags.Access);
        if (type != Private) area |= VmFlags.Shared;
        if ((flags & GrowsDown) != 0) area |= VmFlags.GrowsDown;
        if ((flags & Locked) != 0) area |= VmFlags.Locked;
        if ((flags & NoReserve) != 0 && CommitCharge.Policy != OvercommitPolicy.Never) area |= VmFlags.NoReserve;
        if (result == 0 && !isHuge) result = file == null ? MakeAnonymousSource(area, length, out entry) : FindFileSource(file, length, ref area, out entry);
        ulong start = 0;
        if (result == 0) result = Place(space, address, length, flags, entry == null, out start);
        if (result == 0 && isHuge) result = HugeTlbMap.Fixed(space, start, length, area);
        else if (result == 0) result = Map.Fixed(space, start, length, area, entry?.Inode.Pages, file == null ? 0 : offset >> 12);
        entry?.Release();
        file?.Release();
        if (result != 0) return result;
        // A page that cannot come in is left to the program's own touch.
        if ((flags & (Populate | Locked)) != 0 || space.LocksFuture) Mm.Populate.Range(space, start, start + length);
        return (long)start;
    }

    /// <summary>Rounds a length up to whole pages.</summary>
    private static long CheckLength(ref ulong length)
    {
        if (length == 0) return -Errno.Invalid;
        if (length > UserMemory.End) return -Errno.NoMemory;
        length = (length + 4095) & ~4095UL;
        return 0;
    }

    /// <summary>Rounds a length up to whole huge pages. Pages of 1 GiB exist, but there is no pool of them; other sizes do not.</summary>
    private static long CheckHuge(ulong flags, ref ulong length)
    {
        ulong sizeLog = flags >> HugeSizeShift & HugeSizeMask;
        if ((flags & Anonymous) == 0 || sizeLog != 0 && sizeLog != HugeSizeLog && sizeLog != GigabyteSizeLog) return -Errno.Invalid;
        if (sizeLog == GigabyteSizeLog) return -Errno.NoMemory;
        length = HugeTlbMap.RoundUp(length);
        return 0;
    }

    /// <summary>What a mapping without a file shows: nothing where it is private, else a new file in memory.</summary>
    private static long MakeAnonymousSource(VmFlags area, ulong length, out Dentry entry)
    {
        entry = null;
        if ((area & VmFlags.Shared) == 0) return 0;
        return SharedFiles.Create("dev/zero"u8, length, isReserved: (area & VmFlags.NoReserve) == 0, out entry);
    }

    private static long FindFileSource(OpenFile file, ulong length, ref VmFlags area, out Dentry entry)
    {
        entry = null;
        uint mode = file.Flags & OpenFlags.AccessMask;
        bool isShared = (area & VmFlags.Shared) != 0, isWritable = (area & VmFlags.Write) != 0;
        if (isShared && isWritable && mode != OpenFlags.ReadWrite || mode == OpenFlags.WriteOnly) return -Errno.Access;
        if (isShared && mode != OpenFlags.ReadWrite) area |= VmFlags.NeverWritable;
        if (file is MemoryDevice { IsZero: true }) return MakeAnonymousSource(area, length, out entry);
        if (file.Inode.Pages == null) return -Errno.NoSuchDevice;
        if (isShared && (file.Inode.Seals & FileSeals.AnyWrite) != 0)
        {
            if (isWritable) return -Errno.NotPermitted;
            area |= VmFlags.NeverWritable;
        }
        entry = file.Entry;
        entry.AddReference();
        return 0;
    }

    private static long Place(AddressSpace space, ulong address, ulong length, ulong flags, bool anonymous, out ulong start)
    {
        start = address;
        if ((flags & (FixedAddress | FixedNoReplace)) != 0)
        {
            if ((address & 4095) != 0) return -Errno.Invalid;
            if (!UserMemory.IsUserRange(address, length)) return -Errno.NoMemory;
            if (address < Map.MinimumAddress) return -Errno.NotPermitted;
            return (flags & FixedNoReplace) != 0 && !Map.IsFree(space, address, length) ? -Errno.Exists : 0;
        }
        ulong unit = (flags & HugePages) != 0 ? HugePage.Bytes : 4096;
        start = (address + unit - 1) & ~(unit - 1);
        if (address != 0 && start >= Map.MinimumAddress && UserMemory.IsUserRange(start, length) && Map.IsFree(space, start, length)) return 0;
        start = Map.FindGap(space, length, anonymous);
        return start == 0 ? -Errno.NoMemory : 0;
    }
}
