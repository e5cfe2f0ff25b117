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
        bool isHuge = file == null ? (flags & HugePages) != 0 : file.Inode.HugePages != null;
        long result = CheckLength(ref length);
        ulong type = flags & TypeMask;
        if (result == 0 && type != Shared && type != Private && type != SharedValidate) result = -Errno.Invalid;
        if (result == 0 && (isHuge || (flags & HugePages) != 0)) result = CheckHuge(flags, isHuge, offset, ref length);
        if (result == 0 && (flags & Locked) != 0 && !space.Limits.MayLock) result = -Errno.NotPermitted;
        VmFlags area = SysPersonality.Effective((VmFlags)frame->Argument2 & VmFlags.Access);
        if (type != Private) area |= VmFlags.Shared;
        if ((flags & GrowsDown) != 0) area |= VmFlags.GrowsDown;
        if ((flags & Locked) != 0) area |= VmFlags.Locked;
        if ((flags & NoReserve) != 0 && CommitCharge.Policy != OvercommitPolicy.Never) area |= VmFlags.NoReserve;
        if (result == 0) result = file == null ? MakeAnonymousSource(area, length, isHuge, out entry) : FindFileSource(file, length, ref area, out entry);
        ulong start = 0;
        if (result == 0) result = Place(space, address, length, flags, entry?.Inode.Content, file == null ? 0 : offset >> 12, out start);
        if (result == 0) result = Install(space, start, length, area, entry?.Inode, file == null ? 0 : offset, isHuge, file);
        entry?.Release();
        file?.Release();
        if (result != 0) return result;
        // A page that cannot come in is left to the program's own touch.
        if ((flags & (Populate | Locked)) != 0 || space.FutureLock != VmFlags.None) Mm.Populate.Range(space, start, start + length);
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

    /// <summary>
    /// Rounds a length up to whole huge pages; offsets must be whole ones. What has no file has pages of the size asked for: those of 1 GiB exist, but there
    /// is no pool of them; other sizes do not exist.
    /// </summary>
    private static long CheckHuge(ulong flags, bool isHuge, ulong offset, ref ulong length)
    {
        if (!isHuge) return -Errno.Invalid;
        if ((flags & Anonymous) == 0)
        {
            if (!HugePage.IsAligned(offset)) return -Errno.Invalid;
        }
        else if (!HugeSizes.IsOfPool(flags)) return HugeSizes.LogOf(flags) == HugeSizes.GigabyteLog ? -Errno.NoMemory : -Errno.Invalid;
        length = HugePage.RoundUp(length);
        return 0;
    }

    /// <summary>What a mapping without a file shows: nothing where it is private and of small pages, else a new file in memory.</summary>
    private static long MakeAnonymousSource(VmFlags area, ulong length, bool isHuge, out Dentry entry)
    {
        entry = null;
        if (isHuge) return SharedFiles.CreateHuge("anon_hugepage"u8, length, out entry);
        if ((area & VmFlags.Shared) == 0) return 0;
        return SharedFiles.Create("dev/zero"u8, length, isReserved: (area & VmFlags.NoReserve) == 0, out entry);
    }

    private static int Install(AddressSpace space, ulong start, ulong length, VmFlags area, Inode inode, ulong offset, bool isHuge, OpenFile file)
    {
        if (!isHuge) return Map.Fixed(space, start, length, area, inode?.Pages, offset >> 12, file);
        int error = HugeTlbMap.Fixed(space, start, length, area, inode.HugePages, offset >> 12);
        // As on Linux, mapping a file of huge pages for writing makes it as long as the mapping.
        if (error == 0 && (area & VmFlags.Write) != 0 && inode.SizeBytes < offset + length) inode.SizeBytes = offset + length;
        return error;
    }

    private static long FindFileSource(OpenFile file, ulong length, ref VmFlags area, out Dentry entry)
    {
        entry = null;
        uint mode = file.Flags & OpenFlags.AccessMask;
        bool isShared = (area & VmFlags.Shared) != 0, isWritable = (area & VmFlags.Write) != 0;
        if (isShared && isWritable && mode != OpenFlags.ReadWrite || mode == OpenFlags.WriteOnly) return -Errno.Access;
        if (isShared && mode != OpenFlags.ReadWrite) area |= VmFlags.NeverWritable;
        if (file is MemoryDevice { IsZero: true }) return MakeAnonymousSource(area, length, isHuge: false, out entry);
        if (file.Inode.Content == null) return -Errno.NoSuchDevice;
        if ((area & VmFlags.Execute) != 0 && file.Inode.FileSystem != null && (file.Inode.FileSystem.Flags & MountFlags.NoPrograms) != 0) return -Errno.NotPermitted;
        if (isShared && (file.Inode.Seals & FileSeals.AnyWrite) != 0)
        {
            if (isWritable) return -Errno.NotPermitted;
            area |= VmFlags.NeverWritable;
        }
        entry = file.Entry;
        entry.AddReference();
        return 0;
    }

    private static long Place(AddressSpace space, ulong address, ulong length, ulong flags, PageSource source, ulong pageOffset, out ulong start)
    {
        start = address;
        if ((flags & (FixedAddress | FixedNoReplace)) != 0)
        {
            if ((address & 4095) != 0) return -Errno.Invalid;
            if (!UserMemory.IsUserRange(address, length)) return -Errno.NoMemory;
            if (address < Map.MinimumAddress) return -Errno.NotPermitted;
            return (flags & FixedNoReplace) != 0 && !Map.IsFree(space, address, length) ? -Errno.Exists : 0;
        }
        ulong unit = source?.HugeTlb != null ? HugePage.Bytes : 4096;
        start = (address + unit - 1) & ~(unit - 1);
        // As on Linux, there must be room to align what can be aligned.
        ulong needed = Map.AlignsHugePages(source, length, pageOffset) ? length + HugePage.Bytes : length;
        if (address != 0 && start >= Map.MinimumAddress && UserMemory.IsUserRange(start, needed) && Map.IsFree(space, start, needed)) return 0;
        // Anonymous memory that was to be somewhere else is not aligned.
        start = source == null && address != 0 ? space.Search.Find(space, length) : Map.FindGap(space, length, source, pageOffset);
        return start == 0 ? -Errno.NoMemory : 0;
    }
}
