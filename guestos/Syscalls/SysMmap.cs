using GuestOs.Arch;
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
    private const uint AccessModeMask = 3;
    private const uint WriteOnly = 1;
    private const uint ReadWrite = 2;

    public static long Call(TrapFrame* frame)
    {
        ulong address = frame->Argument0, length = frame->Argument1, flags = frame->Argument3, offset = frame->Argument5;
        AddressSpace space = Scheduler.Current.Process.Space;
        if (length == 0 || (offset & 4095) != 0) return -Errno.Invalid;
        if (length > UserMemory.End) return -Errno.NoMemory;
        length = (length + 4095) & ~4095UL;
        ulong type = flags & TypeMask;
        if (type != Shared && type != Private && type != SharedValidate) return -Errno.Invalid;
        if ((flags & HugePages) != 0) return -Errno.NoMemory;
        VmFlags area = SysPersonality.Effective((VmFlags)frame->Argument2 & VmFlags.Access);
        if (type != Private) area |= VmFlags.Shared;
        if ((flags & GrowsDown) != 0) area |= VmFlags.GrowsDown;
        if ((flags & Locked) != 0) area |= VmFlags.Locked;
        if ((flags & NoReserve) != 0 && CommitCharge.Policy != OvercommitPolicy.Never) area |= VmFlags.NoReserve;
        PageSource source = null;
        long error = (flags & Anonymous) != 0 ? MakeAnonymousSource(type, length, out source) : FindFileSource((int)frame->Argument4, ref area, out source);
        if (error != 0) return error;
        long result = Place(space, address, length, flags, source == null, out ulong start);
        if (result == 0) result = Map.Fixed(space, start, length, area, source, (flags & Anonymous) != 0 ? 0 : offset >> 12);
        source?.Release();
        if (result != 0) return result;
        // A page that cannot come in is left to the program's own touch.
        if ((flags & (Populate | Locked)) != 0 || space.LocksFuture) Mm.Populate.Range(space, start, start + length);
        return (long)start;
    }

    private static long MakeAnonymousSource(ulong type, ulong length, out PageSource source)
    {
        source = null;
        if (type == Private) return 0;
        if (length >> 12 > FrameAllocator.TotalFrames) return -Errno.NoMemory;
        if (FrameAllocator.IsScarce) return -Errno.NoMemory;
        source = new SharedMemory((int)(length >> 12));
        return 0;
    }

    private static long FindFileSource(int descriptor, ref VmFlags area, out PageSource source)
    {
        source = null;
        Fs.OpenFile file = Scheduler.Current.Process.Files.Get(descriptor);
        if (file == null) return -Errno.BadFile;
        if (file.Inode == null || file.Inode.Pages == null) return -Errno.NoSuchDevice;
        uint mode = file.Flags & AccessModeMask;
        if (mode == WriteOnly) return -Errno.Access;
        if ((area & VmFlags.Shared) != 0 && mode != ReadWrite)
        {
            if ((area & VmFlags.Write) != 0) return -Errno.Access;
            area |= VmFlags.NeverWritable;
        }
        source = file.Inode.Pages;
        source.AddReference();
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
        start = (address + 4095) & ~4095UL;
        if (address != 0 && start >= Map.MinimumAddress && UserMemory.IsUserRange(start, length) && Map.IsFree(space, start, length)) return 0;
        start = Map.FindGap(space, length, anonymous);
        return start == 0 ? -Errno.NoMemory : 0;
    }
}
