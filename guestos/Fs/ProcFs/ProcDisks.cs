using GuestOs.Drivers;

namespace GuestOs.Fs;

/// <summary>/proc/diskstats and /proc/partitions, and what /sys/block shows of a disk in the same words.</summary>
internal static class ProcDisks
{
    public static void WriteStatistics(ref TextWriter writer)
    {
        if (VirtioBlock.First == null) return;
        writer.Text(" 254       0 vda "u8);
        WriteCounters(ref writer);
    }

    /// <summary>
    /// Linux's Documentation/admin-guide/iostats.rst: reads, merged, sectors, milliseconds; the same of writes; in flight; milliseconds
    /// busy; milliseconds waited.
    /// Requests are never merged, and the kernel waits for each.
    /// </summary>
    public static void WriteCounters(ref TextWriter writer)
    {
        const ulong NanosecondsPerMillisecond = 1000000;
        VirtioBlock disk = VirtioBlock.First;
        ulong busy = (disk.ReadTime + disk.WriteTime) / NanosecondsPerMillisecond;
        WriteKind(ref writer, disk.Reads, disk.ReadTime / NanosecondsPerMillisecond);
        writer.Byte((byte)' ');
        WriteKind(ref writer, disk.Writes, disk.WriteTime / NanosecondsPerMillisecond);
        writer.Text(" 0 "u8);
        writer.Decimal(busy);
        writer.Byte((byte)' ');
        writer.Decimal(busy);
        writer.Text(" 0 0 0 0 0 0\n"u8);
    }

    public static void WritePartitions(ref TextWriter writer)
    {
        if (VirtioBlock.First == null) return;
        writer.Text("major minor  #blocks  name\n\n"u8);
        writer.Text(" 254        0 "u8);
        writer.Decimal(VirtioBlock.First.SectorCount / 2, 10);
        writer.Text(" vda\n"u8);
    }

    private static void WriteKind(ref TextWriter writer, ulong requests, ulong milliseconds)
    {
        writer.Decimal(requests);
        writer.Text(" 0 "u8);
        writer.Decimal(requests * VirtioBlock.SectorsPerPage);
        writer.Byte((byte)' ');
        writer.Decimal(milliseconds);
    }
}
