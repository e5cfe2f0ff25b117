using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/framecheck: reading it counts all frames again (<see cref="FrameCheck"/>). Linux has no such file.</summary>
internal static class ProcFrameCheck
{
    public static void Write(ref TextWriter writer)
    {
        FrameCheck check = FrameCheck.Run();
        Line(ref writer, "mapped"u8, check.MappedFrames);
        Line(ref writer, "page_tables"u8, check.TableFrames);
        Line(ref writer, "unmapped_cache"u8, check.UnmappedCacheFrames);
        Line(ref writer, "kernel"u8, check.KernelFrames);
        Line(ref writer, "free"u8, FrameAllocator.FreeFrames);
        Line(ref writer, "wrong_frames"u8, check.WrongFrames);
        Line(ref writer, "first_wrong_frame"u8, check.FirstWrongFrame);
        Line(ref writer, "wrong_sums"u8, check.WrongSums);
    }

    private static void Line(ref TextWriter writer, System.ReadOnlySpan<byte> name, ulong value)
    {
        writer.Text(name);
        writer.Byte((byte)' ');
        writer.Decimal(value);
        writer.Byte((byte)'\n');
    }
}
