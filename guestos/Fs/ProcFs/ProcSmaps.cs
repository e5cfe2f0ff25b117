using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/smaps and smaps_rollup: what each area's pages are, and all together.</summary>
internal static class ProcSmaps
{
    /// <summary>What smaps says of an area; null is the page for old programs' calls, which comes last.</summary>
    public static void WriteArea(AddressSpace space, VmArea area, ref TextWriter writer)
    {
        ProcMaps.WriteArea(space, area, ref writer);
        PageCensus census = default;
        if (area != null) census.Add(space, area);
        ulong pageBytes = area != null && area.IsHugeTlb ? HugePage.Bytes : 4096;
        Size(ref writer, "Size:           ", area == null ? pageBytes : area.LengthBytes);
        Size(ref writer, "KernelPageSize: ", pageBytes);
        Size(ref writer, "MMUPageSize:    ", pageBytes);
        WritePages(census, isRollup: false, ref writer);
        writer.Text(area != null && TransparentHugePages.IsEligible(area) ? "THPeligible:           1\n"u8 : "THPeligible:           0\n"u8);
        if (area == null) writer.Text("VmFlags: ex \n"u8);
        else WriteFlags(area.Flags, ref writer);
    }

    public static void WriteRollup(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        if (space == null || space.FirstArea == null) return;
        PageCensus census = default;
        for (VmArea area = space.FirstArea; area != null; area = area.Next) census.Add(space, area);
        ProcMaps.WriteRollup(space.FirstArea.Start, space.LastArea.End, ref writer);
        WritePages(census, isRollup: true, ref writer);
    }

    private static void WritePages(in PageCensus census, bool isRollup, ref TextWriter writer)
    {
        Size(ref writer, "Rss:            ", census.Resident);
        Size(ref writer, "Pss:            ", census.Proportional);
        Size(ref writer, "Pss_Dirty:      ", census.ProportionalDirty);
        if (isRollup)
        {
            Size(ref writer, "Pss_Anon:       ", census.Anonymous);
            Size(ref writer, "Pss_File:       ", census.Proportional > census.Anonymous ? census.Proportional - census.Anonymous : 0);
            Size(ref writer, "Pss_Shmem:      ", 0);
        }
        Size(ref writer, "Shared_Clean:   ", census.SharedClean);
        Size(ref writer, "Shared_Dirty:   ", census.SharedDirty);
        Size(ref writer, "Private_Clean:  ", census.PrivateClean);
        Size(ref writer, "Private_Dirty:  ", census.PrivateDirty);
        Size(ref writer, "Referenced:     ", census.Referenced);
        Size(ref writer, "Anonymous:      ", census.Anonymous);
        Size(ref writer, "KSM:            ", 0);
        Size(ref writer, "LazyFree:       ", census.LazyFree);
        Size(ref writer, "AnonHugePages:  ", census.AnonymousHuge);
        Size(ref writer, "ShmemPmdMapped: ", 0);
        Size(ref writer, "FilePmdMapped:  ", 0);
        Size(ref writer, "Shared_Hugetlb: ", census.SharedHugeTlb);
        Size(ref writer, "Private_Hugetlb:", census.PrivateHugeTlb);
        Size(ref writer, "Swap:           ", census.Swapped);
        Size(ref writer, "SwapPss:        ", census.ProportionalSwapped);
        Size(ref writer, "Locked:         ", census.Locked);
    }

    /// <summary>The two-letter codes of proc_pid_smaps(5).</summary>
    private static void WriteFlags(VmFlags flags, ref TextWriter writer)
    {
        bool isShared = (flags & VmFlags.Shared) != 0, mayWrite = (flags & VmFlags.NeverWritable) == 0;
        writer.Text("VmFlags: "u8);
        Flag(ref writer, "rd ", (flags & VmFlags.Read) != 0);
        Flag(ref writer, "wr ", (flags & VmFlags.Write) != 0);
        Flag(ref writer, "ex ", (flags & VmFlags.Execute) != 0);
        Flag(ref writer, "sh ", isShared && mayWrite);
        Flag(ref writer, "mr ", true);
        Flag(ref writer, "mw ", mayWrite);
        Flag(ref writer, "me ", true);
        Flag(ref writer, "ms ", isShared);
        Flag(ref writer, "gd ", (flags & VmFlags.GrowsDown) != 0);
        Flag(ref writer, "lo ", (flags & VmFlags.Locked) != 0);
        Flag(ref writer, "lf ", (flags & VmFlags.LockedOnFault) != 0);
        Flag(ref writer, "sr ", (flags & VmFlags.Sequential) != 0);
        Flag(ref writer, "rr ", (flags & VmFlags.Random) != 0);
        Flag(ref writer, "dc ", (flags & VmFlags.DontFork) != 0);
        Flag(ref writer, "de ", (flags & VmFlags.HugeTlb) != 0);
        Flag(ref writer, "ac ", (flags & VmFlags.Accounted) != 0);
        Flag(ref writer, "nr ", (flags & VmFlags.NoReserve) != 0);
        Flag(ref writer, "ht ", (flags & VmFlags.HugeTlb) != 0);
        Flag(ref writer, "wf ", (flags & VmFlags.WipeOnFork) != 0);
        Flag(ref writer, "dd ", (flags & VmFlags.DontDump) != 0);
        Flag(ref writer, "sd ", (flags & VmFlags.TracksSoftDirty) == 0);
        Flag(ref writer, "hg ", (flags & VmFlags.HugePages) != 0);
        Flag(ref writer, "nh ", (flags & VmFlags.NoHugePages) != 0);
        writer.Byte((byte)'\n');
    }

    private static void Flag(ref TextWriter writer, string code, bool isSet)
    {
        if (isSet) writer.Text(code);
    }

    private static void Size(ref TextWriter writer, string name, ulong bytes) => writer.SizeLine(name, bytes >> 10);
}
