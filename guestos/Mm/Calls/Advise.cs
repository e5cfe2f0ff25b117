namespace GuestOs.Mm;

/// <summary>What a program tells about its use of memory: madvise.</summary>
internal enum Advice
{
    Normal = 0,
    Random = 1,
    Sequential = 2,
    WillNeed = 3,
    DontNeed = 4,
    Free = 8,
    Remove = 9,
    DontFork = 10,
    DoFork = 11,
    HugePages = 14,
    NoHugePages = 15,
    DontDump = 16,
    DoDump = 17,
    WipeOnFork = 18,
    KeepOnFork = 19,
    Cold = 20,
    PageOut = 21,
    PopulateRead = 22,
    PopulateWrite = 23,
    DontNeedLocked = 24,
    Collapse = 25,
}

/// <summary>Follows advice: drops or fetches pages, or remembers it in the areas.</summary>
internal static class Advise
{
    /// <summary>Returns 0; -ENOMEM when part of the range is not mapped (the rest is done), -EINVAL where an area cannot take the advice.</summary>
    public static int Range(AddressSpace space, ulong start, ulong end, Advice advice)
    {
        if (advice is Advice.PopulateRead or Advice.PopulateWrite) return Populate.Pages(space, start, end, advice == Advice.PopulateWrite);
        bool hasHole = false;
        ulong address = start;
        while (address < end)
        {
            VmArea area = space.FirstEndingAbove(address);
            if (area == null || area.Start >= end) return -Errno.NoMemory;
            if (area.Start > address)
            {
                hasHole = true;
                address = area.Start;
            }
            ulong areaEnd = area.End < end ? area.End : end;
            int error = Follow(space, area, address, areaEnd, advice);
            if (error != 0) return error;
            address = areaEnd;
        }
        return hasHole ? -Errno.NoMemory : 0;
    }

    private static int Follow(AddressSpace space, VmArea area, ulong start, ulong end, Advice advice)
    {
        bool isLocked = area.IsLocked;
        switch (advice)
        {
            case Advice.DontNeed:
            case Advice.DontNeedLocked:
                if (isLocked && advice == Advice.DontNeed) return -Errno.Invalid;
                if (area.IsHugeTlb) return DropHugeTlb(area, start, end);
                PageTable.Zap(space, start, end);
                return 0;
            case Advice.Free when isLocked || area.Source != null: return -Errno.Invalid;
            case Advice.Cold or Advice.PageOut when isLocked || area.IsHugeTlb: return -Errno.Invalid;
            case Advice.WillNeed when area.Source != null: return Fetch(area, start, end);
            case Advice.Free or Advice.Cold or Advice.PageOut or Advice.WillNeed:
                AdvisePages.Follow(space, area, start, end, advice);
                return 0;
            case Advice.Remove: return Remove(area, isLocked, start, end);
            case Advice.WipeOnFork when area.Source != null || area.IsShared: return -Errno.Invalid;
            case Advice.Collapse: return Collapse.Range(space, area, start, end);
            default: return Remember(space, area, start, end, advice);
        }
    }

    /// <summary>Drops whole huge pages; the owner of private ones keeps its right to them.</summary>
    private static int DropHugeTlb(VmArea area, ulong start, ulong end)
    {
        if (!HugePage.IsAligned(start)) return -Errno.Invalid;
        end = HugePage.RoundDown(end);
        if (start >= end) return 0;
        HugeTlbMap.Zap(area, start, end);
        return 0;
    }

    /// <summary>Reads a file's pages into the cache; a failure shows when they are touched. May sleep.</summary>
    private static int Fetch(VmArea area, ulong start, ulong end)
    {
        PageSource source = area.Source;
        source.AddReference();
        source.FillExactly(area.PageIndex(start), (int)((end - start) >> 12));
        source.Release();
        return 0;
    }

    /// <summary>Punches a hole into shared memory: its pages are zero again for everybody.</summary>
    private static int Remove(VmArea area, bool isLocked, ulong start, ulong end)
    {
        if (isLocked || area.Source == null) return -Errno.Invalid;
        if (!area.IsShared || (area.Flags & VmFlags.NeverWritable) != 0) return -Errno.Access;
        PageSource source = area.Source;
        source.AddReference();
        int error = source.PunchHole(area.PageIndex(start), area.PageIndex(end));
        source.Release();
        return error;
    }

    private static int Remember(AddressSpace space, VmArea area, ulong start, ulong end, Advice advice)
    {
        VmFlags flags = advice switch
        {
            Advice.Normal => area.Flags & ~(VmFlags.Random | VmFlags.Sequential),
            Advice.Random => area.Flags & ~VmFlags.Sequential | VmFlags.Random,
            Advice.Sequential => area.Flags & ~VmFlags.Random | VmFlags.Sequential,
            Advice.DontFork => area.Flags | VmFlags.DontFork,
            Advice.DoFork => area.Flags & ~VmFlags.DontFork,
            Advice.DontDump => area.Flags | VmFlags.DontDump,
            Advice.DoDump => area.Flags & ~VmFlags.DontDump,
            Advice.WipeOnFork => area.Flags | VmFlags.WipeOnFork,
            Advice.KeepOnFork => area.Flags & ~VmFlags.WipeOnFork,
            Advice.HugePages => area.Flags & ~VmFlags.NoHugePages | VmFlags.HugePages,
            _ => area.Flags & ~VmFlags.HugePages | VmFlags.NoHugePages,
        };
        if (advice == Advice.HugePages && area.Source == null && TransparentHugePages.Policy != HugePagePolicy.Never) CollapseScan.Expect();
        if (flags == area.Flags) return 0;
        int error = space.SetFlags(start, end, flags, out _);
        if (error != 0) return error == -Errno.NoMemory ? -Errno.Again : error;
        space.MergeAround(start, end);
        return 0;
    }
}
