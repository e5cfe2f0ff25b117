using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>The 2 MiB of zeros that every read of untouched memory sees where huge pages are used. Exists only while it is mapped.</summary>
internal static unsafe class HugeZeroPage
{
    private static ulong s_references;

    /// <summary>The first frame, or 0 while there is none.</summary>
    public static uint Frame { get; private set; }

    /// <summary>Takes a reference, making the page if it is not there. False when there is no contiguous memory for it.</summary>
    public static bool TryAddReference()
    {
        if (s_references == 0)
        {
            uint first = FrameAllocator.AllocateContiguous(HugePage.Order);
            if (first == 0)
            {
                TransparentHugePages.ZeroPageFailures++;
                return false;
            }
            Memory.Set(Physical.FramePointer(first), 0, HugePage.Bytes);
            Frame = first;
            TransparentHugePages.ZeroPageAllocations++;
        }
        s_references++;
        return true;
    }

    /// <summary>One mapping more of the page in use.</summary>
    public static void AddReference() => s_references++;

    /// <summary>One mapping less; the last one frees the page.</summary>
    public static void Release()
    {
        if (--s_references != 0) return;
        HugePage.ReleaseFrames(Frame);
        Frame = 0;
    }
}
