using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/limits.</summary>
internal static class ProcLimits
{
    private const int NameWidth = 26;
    private const int ValueWidth = 21;

    public static void Write(Process process, ref TextWriter writer)
    {
        writer.Text("Limit                     Soft Limit           Hard Limit           Units     \n"u8);
        for (int resource = 0; resource < ResourceLimits.Count; resource++)
        {
            ResourceLimit limit = process.Limits.Get(resource);
            Column(ref writer, NameOf(resource), NameWidth);
            Value(ref writer, limit.Soft);
            Value(ref writer, limit.Hard);
            Column(ref writer, UnitsOf(resource), 10);
            writer.Byte((byte)'\n');
        }
    }

    private static string NameOf(int resource) => resource switch
    {
        0 => "Max cpu time",
        1 => "Max file size",
        2 => "Max data size",
        3 => "Max stack size",
        4 => "Max core file size",
        5 => "Max resident set",
        6 => "Max processes",
        7 => "Max open files",
        8 => "Max locked memory",
        9 => "Max address space",
        10 => "Max file locks",
        11 => "Max pending signals",
        12 => "Max msgqueue size",
        13 => "Max nice priority",
        14 => "Max realtime priority",
        _ => "Max realtime timeout",
    };

    private static string UnitsOf(int resource) => resource switch
    {
        0 => "seconds",
        6 => "processes",
        7 => "files",
        10 => "locks",
        11 => "signals",
        13 or 14 => "",
        15 => "us",
        _ => "bytes",
    };

    private static void Value(ref TextWriter writer, ulong value)
    {
        int start = writer.Length;
        if (value == ulong.MaxValue) writer.Text("unlimited"u8);
        else writer.Decimal(value);
        Pad(ref writer, start, ValueWidth);
    }

    private static void Column(ref TextWriter writer, string text, int width)
    {
        int start = writer.Length;
        writer.Text(text);
        Pad(ref writer, start, width);
    }

    private static void Pad(ref TextWriter writer, int start, int width)
    {
        while (writer.Length < start + width && !writer.IsFull) writer.Byte((byte)' ');
    }
}
