using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/maps, character for character as Linux prints it (proc_pid_maps(5)).</summary>
internal static unsafe class ProcMaps
{
    // Column of the path.
    private const int PathColumn = 73;

    /// <summary>The line of an area; null is the page for old programs' calls, which comes last.</summary>
    public static void WriteArea(AddressSpace space, VmArea area, ref TextWriter writer)
    {
        if (area == null)
        {
            writer.Text("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n"u8);
            return;
        }
        int start = writer.Length;
        writer.Hex(area.Start, 8);
        writer.Byte((byte)'-');
        writer.Hex(area.End, 8);
        writer.Byte((byte)' ');
        writer.Byte((area.Flags & VmFlags.Read) != 0 ? (byte)'r' : (byte)'-');
        writer.Byte((area.Flags & VmFlags.Write) != 0 ? (byte)'w' : (byte)'-');
        writer.Byte((area.Flags & VmFlags.Execute) != 0 ? (byte)'x' : (byte)'-');
        writer.Byte(area.IsShared ? (byte)'s' : (byte)'p');
        writer.Byte((byte)' ');
        writer.Hex(area.Source == null ? 0 : area.PageOffset << 12, 8);
        writer.Byte((byte)' ');
        uint device = area.Source is PageCache pages && pages.Inode.FileSystem != null ? pages.Inode.FileSystem.Device : 0;
        writer.Hex(device >> 8, 2);
        writer.Byte((byte)':');
        writer.Hex(device & 0xff, 2);
        writer.Byte((byte)' ');
        writer.Decimal(area.Source == null ? 0 : area.Source.InodeNumber);
        writer.Byte((byte)' ');
        WriteName(space, area, writer.Length - start, ref writer);
        writer.Byte((byte)'\n');
    }

    /// <summary>True for what maps shows as [heap].</summary>
    public static bool IsHeap(AddressSpace space, VmArea area) =>
        area.Source == null && area.Start < space.HeapEnd && area.End > space.HeapStart && space.HeapEnd > space.HeapStart;

    /// <summary>True for what maps shows as [stack].</summary>
    public static bool IsStack(AddressSpace space, VmArea area) => area.Source == null && area.Start <= space.StackStart && area.End >= space.StackStart;

    /// <summary>The line that stands for all areas in smaps_rollup.</summary>
    public static void WriteRollup(ulong start, ulong end, ref TextWriter writer)
    {
        int first = writer.Length;
        writer.Hex(start, 8);
        writer.Byte((byte)'-');
        writer.Hex(end, 8);
        writer.Text(" ---p 00000000 00:00 0 "u8);
        Pad(writer.Length - first, ref writer);
        writer.Text("[rollup]\n"u8);
    }

    private static void WriteName(AddressSpace space, VmArea area, int column, ref TextWriter writer)
    {
        if (area.Source != null)
        {
            PathBuffer path = default;
            if (path.Allocate() != 0) return;
            path.Length = area.Source.CopyPath(path.Text, PathBuffer.Capacity);
            if (path.Length > 0)
            {
                Pad(column, ref writer);
                writer.Escaped(path.Span, "\n"u8);
            }
            path.Release();
        }
        else if (IsHeap(space, area))
        {
            Pad(column, ref writer);
            writer.Text("[heap]"u8);
        }
        else if (IsStack(space, area))
        {
            Pad(column, ref writer);
            writer.Text("[stack]"u8);
        }
    }

    private static void Pad(int column, ref TextWriter writer)
    {
        for (; column < PathColumn; column++) writer.Byte((byte)' ');
    }
}
