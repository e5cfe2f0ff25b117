using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/framecheck: reading it counts all frames again (<see cref="FrameCheck"/>). Linux has no such file.</summary>
internal static class ProcFrameCheck
{
    public static void Write(ref TextWriter writer)
    {
        if (!FrameAllocator.CanSpare(FrameCheck.HeapPages)) return;
        FrameCheck check = FrameCheck.Run();
        writer.Line("mapped "u8, check.MappedFrames);
        writer.Line("page_tables "u8, check.TableFrames);
        writer.Line("unmapped_cache "u8, check.UnmappedCacheFrames);
        writer.Line("kernel "u8, check.KernelFrames);
        writer.Line("free "u8, FrameAllocator.FreeFrames);
        writer.Line("wrong_frames "u8, check.WrongFrames);
        writer.Line("first_wrong_frame "u8, check.FirstWrongFrame);
        writer.Line("wrong_sums "u8, check.WrongSums);
    }
}
