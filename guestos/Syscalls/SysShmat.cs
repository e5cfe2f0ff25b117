using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>shmat(2) and shmdt(2): map and unmap a segment of System V shared memory.</summary>
internal static unsafe class SysShmat
{
    private const uint ReadOnly = 0x1000;
    private const uint Round = 0x2000;
    private const uint Remap = 0x4000;
    private const uint Execute = 0x8000;

    public static long Attach(TrapFrame* frame)
    {
        ulong address = frame->Argument1;
        uint flags = (uint)frame->Argument2;
        if ((int)frame->Argument0 < 0) return -Errno.Invalid;
        bool isFixed = address != 0;
        if (isFixed && (address & 4095) != 0)
        {
            if ((flags & Round) == 0) return -Errno.Invalid;
            address &= ~4095UL;
        }
        if ((flags & Remap) != 0 && address == 0) return -Errno.Invalid;
        int error = SharedSegments.Find((int)frame->Argument0, out SharedSegment segment);
        if (error != 0) return error;
        uint wanted = (flags & ReadOnly) != 0 ? InterprocessPermission.Read : InterprocessPermission.Read | InterprocessPermission.Write;
        if (!segment.Permission.Allows(wanted)) return -Errno.Access;
        VmFlags area = VmFlags.Shared | VmFlags.Read | ((flags & ReadOnly) != 0 ? VmFlags.NeverWritable : VmFlags.Write);
        area = SysPersonality.Effective((flags & Execute) != 0 ? area | VmFlags.Execute : area);
        AddressSpace space = Scheduler.Current.Process.Space;
        ulong length = segment.SizeBytes;
        bool isHuge = segment.HugePages != null;
        if (isFixed)
        {
            if (!UserMemory.IsUserRange(address, length)) return address + length < address ? -Errno.Invalid : -Errno.NoMemory;
            if ((flags & Remap) == 0 && !Map.IsFree(space, address, length)) return -Errno.Invalid;
            if (address < Map.MinimumAddress) return -Errno.NotPermitted;
        }
        else if ((address = Map.FindGap(space, length, segment.Content, 0)) == 0) return -Errno.NoMemory;
        error = isHuge ? HugeTlbMap.Fixed(space, address, length, area, segment.HugePages, 0) : Map.Fixed(space, address, length, area, segment.Pages, 0);
        return error != 0 ? error : (long)address;
    }

    /// <summary>Unmaps all that is left of the attachment that began at the address.</summary>
    public static long Detach(TrapFrame* frame)
    {
        ulong start = frame->Argument0;
        if ((start & 4095) != 0) return -Errno.Invalid;
        AddressSpace space = Scheduler.Current.Process.Space;
        VmArea area = space.FirstEndingAbove(start);
        while (area != null && !IsPart(area, start, null)) area = area.Next;
        if (area == null) return -Errno.Invalid;
        SharedSegment segment = (SharedSegment)((InodePages)area.Source).Inode;
        ulong end = start + segment.SizeBytes;
        segment.AddReference();
        int error = 0;
        while (area != null && area.Start < end && error == 0)
        {
            ulong next = area.End;
            if (IsPart(area, start, segment)) error = Unmap.Range(space, area.Start, area.LengthBytes);
            area = space.FirstEndingAbove(next);
        }
        segment.Release();
        return error;
    }

    /// <summary>True for an area of a segment (this one, or any) that lies where an attachment at an address would have it.</summary>
    private static bool IsPart(VmArea area, ulong start, SharedSegment segment) =>
        area.Source is InodePages pages && pages.Inode is SharedSegment found && (segment == null || found == segment)
        && area.Start >= start && area.Start - start == area.PageOffset << 12;
}
