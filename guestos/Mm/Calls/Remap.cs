namespace GuestOs.Mm;

/// <summary>How a mapping may move.</summary>
internal struct RemapRequest
{
    public ulong Start;
    public ulong OldLength;
    public ulong NewLength;

    /// <summary>MREMAP_MAYMOVE.</summary>
    public bool MayMove;

    /// <summary>MREMAP_FIXED: to <see cref="Target"/>, whatever is there.</summary>
    public bool IsFixed;

    /// <summary>MREMAP_DONTUNMAP: the old place stays mapped, empty.</summary>
    public bool KeepsOld;
    public ulong Target;

    public readonly bool HasTarget => IsFixed || KeepsOld;
}

/// <summary>Changes a mapping's length, moving its pages (not their content) when it has to: mremap.</summary>
internal static unsafe class Remap
{
    /// <summary>Returns the mapping's start; -EFAULT when the range is not inside one area, -ENOMEM when it may not or cannot move.</summary>
    public static long Range(AddressSpace space, RemapRequest request)
    {
        if (request.IsFixed && request.OldLength == request.NewLength && !IsInHugeTlb(space, request.Start)) return MoveAll(space, request);
        VmArea area = space.Find(request.Start);
        if (area == null) return -Errno.Fault;
        if (area.IsHugeTlb) RoundUp(ref request);
        int error = Check(space, area, request);
        if (error != 0) return error;
        if (request.HasTarget) return MoveTo(space, request);
        if (request.NewLength <= request.OldLength)
        {
            error = Shrink(space, request);
            return error != 0 ? error : (long)request.Start;
        }
        if (GrowInPlace(space, area, request)) return (long)request.Start;
        return request.MayMove ? Move(space, area, request) : -Errno.NoMemory;
    }

    /// <summary>A move without a change of length may take several areas along; gaps between them stay.</summary>
    private static long MoveAll(AddressSpace space, RemapRequest whole)
    {
        ulong end = whole.Start + whole.OldLength, start = whole.Start;
        if (space.Find(start) == null) return -Errno.Fault;
        while (start < end)
        {
            VmArea area = space.FirstEndingAbove(start);
            if (area == null || area.Start >= end) break;
            if (area.Start > start) start = area.Start;
            RemapRequest part = whole;
            part.Start = start;
            part.Target = whole.Target + (start - whole.Start);
            part.OldLength = part.NewLength = (area.End < end ? area.End : end) - start;
            start += part.OldLength;
            int error = Check(space, area, part);
            long result = error != 0 ? error : MoveTo(space, part);
            if (result < 0) return result;
        }
        return (long)whole.Target;
    }

    private static bool IsInHugeTlb(AddressSpace space, ulong address)
    {
        VmArea area = space.Find(address);
        return area != null && area.IsHugeTlb;
    }

    private static void RoundUp(ref RemapRequest request)
    {
        request.OldLength = HugePage.RoundUp(request.OldLength);
        request.NewLength = HugePage.RoundUp(request.NewLength);
    }

    /// <summary>What must hold before an area grows or moves; a shrinking one may reach into others.</summary>
    private static int Check(AddressSpace space, VmArea area, in RemapRequest request)
    {
        if (area.IsHugeTlb)
        {
            ulong ends = request.Start | request.OldLength | (request.HasTarget ? request.Target : 0);
            if (!HugePage.IsAligned(ends) || request.NewLength > request.OldLength || request.KeepsOld) return -Errno.Invalid;
        }
        if (request.NewLength <= request.OldLength && !request.HasTarget) return 0;
        // A length of 0 duplicates a shared mapping.
        if (request.OldLength == 0 && !area.IsShared) return -Errno.Invalid;
        ulong kept = request.OldLength < request.NewLength ? request.OldLength : request.NewLength;
        if (kept > area.End - request.Start) return -Errno.Fault;
        ulong growth = request.NewLength - kept;
        return area.IsLocked && !space.Limits.AllowLocked(space.Totals, growth) ? -Errno.Again : 0;
    }

    private static long MoveTo(AddressSpace space, RemapRequest request)
    {
        if (request.IsFixed)
        {
            int error = Unmap.Range(space, request.Target, request.NewLength);
            if (error != 0) return error;
        }
        if (request.NewLength < request.OldLength)
        {
            int error = Shrink(space, request);
            if (error != 0) return error;
            request.OldLength = request.NewLength;
        }
        VmArea area = space.Find(request.Start);
        return area == null ? -Errno.Fault : Move(space, area, request);
    }

    private static int Shrink(AddressSpace space, in RemapRequest request) => request.NewLength == request.OldLength
        ? 0 : Unmap.Range(space, request.Start + request.NewLength, request.OldLength - request.NewLength);

    private static bool GrowInPlace(AddressSpace space, VmArea area, in RemapRequest request)
    {
        ulong oldEnd = request.Start + request.OldLength, growth = request.NewLength - request.OldLength;
        if (area.End != oldEnd || !UserMemory.IsUserRange(request.Start, request.NewLength) || !Map.IsFree(space, oldEnd, growth)) return false;
        if (!space.MayGrow(area.Flags, growth)) return false;
        space.MoveEnd(area, oldEnd + growth);
        space.MergeAround(oldEnd, area.End);
        return true;
    }

    private static long Move(AddressSpace space, VmArea area, in RemapRequest request)
    {
        ulong target = request.Target;
        if (!request.IsFixed)
        {
            bool isFree = request.KeepsOld && target != 0 && Map.IsFree(space, target, request.NewLength);
            if (!isFree) target = Map.FindGap(space, request.NewLength, area.Source, area.PageIndex(request.Start));
        }
        if (target == 0 || space.AreaCount + 2 >= AddressSpace.MaximumAreas - 3 || FrameAllocator.IsExhausted) return -Errno.NoMemory;
        if (!space.MayGrow(area.Flags, request.KeepsOld ? request.NewLength : request.NewLength - request.OldLength)) return -Errno.NoMemory;
        VmArea moved = area.Slice(request.Start, request.Start + request.NewLength);
        if (area.Source == null && !area.HasPrivatePages) moved.PageOffset = target >> 12;
        moved.Start = target;
        moved.MoveEnd(target + request.NewLength);
        space.Insert(moved);
        bool success = MoveEntries(space, request.Start, target, request.OldLength);
        space.FlushTlb();
        space.MergeAround(target, target + request.NewLength);
        if (!success) return -Errno.NoMemory;
        if (request.KeepsOld)
        {
            EmptyOld(space, request.Start, request.OldLength);
            return (long)target;
        }
        // The promises of pages that have not come go with the pages that have.
        int error = area.IsHugeTlb ? ForgetPromises(space, request) : 0;
        if (error == 0 && request.OldLength != 0) error = Unmap.Range(space, request.Start, request.OldLength);
        return error != 0 ? error : (long)target;
    }

    private static int ForgetPromises(AddressSpace space, in RemapRequest request)
    {
        int error = space.SplitAt(request.Start);
        if (error == 0) error = space.SplitAt(request.Start + request.OldLength);
        if (error == 0) space.Find(request.Start).ForgetPromises();
        return error;
    }

    private static bool MoveEntries(AddressSpace space, ulong start, ulong target, ulong lengthBytes)
    {
        for (ulong offset = 0; offset < lengthBytes; offset += 4096)
        {
            PageTableEntry* huge = HugePage.Find(space.Root, start + offset);
            if (huge != null)
            {
                if (MoveHuge(space, huge, start + offset, target + offset, lengthBytes - offset))
                {
                    offset += HugePage.Bytes - 4096;
                    continue;
                }
                HugePage.Split(space, huge, start + offset);
            }
            PageTableEntry* from = PageTable.Find(space.Root, start + offset);
            if (from == null)
            {
                offset = PageTable.SkipMissing(space.Root, start + offset, start + lengthBytes) - start - 4096;
                continue;
            }
            if (from->IsNone) continue;
            PageTableEntry* to = PageTable.Ensure(space, target + offset);
            if (to == null) return false;
            *to = from->With(PageTableEntry.SoftDirty);
            *from = default;
        }
        return true;
    }

    /// <summary>Moves a huge page as one; false where it has to move in small pages.</summary>
    private static bool MoveHuge(AddressSpace space, PageTableEntry* from, ulong start, ulong target, ulong lengthBytes)
    {
        if (!HugePage.IsAligned(start | target) || lengthBytes < HugePage.Bytes) return false;
        PageTableEntry* to = PageTable.EnsureDirectoryEntry(space, target);
        if (to == null || !to->IsNone) return false;
        *to = from->With(PageTableEntry.SoftDirty);
        *from = default;
        return true;
    }

    /// <summary>What stays behind is no longer locked; an area whose pages have all moved away has no family any more.</summary>
    private static void EmptyOld(AddressSpace space, ulong start, ulong lengthBytes)
    {
        VmArea area = space.Find(start);
        if (area == null) return;
        space.SetFlags(area.Start, area.End, area.Flags & ~(VmFlags.Locked | VmFlags.LockedOnFault), out area);
        if (area.Start != start || area.LengthBytes != lengthBytes) return;
        area.LeaveFamily();
    }
}
