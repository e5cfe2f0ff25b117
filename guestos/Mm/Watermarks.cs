namespace GuestOs.Mm;

/// <summary>How many frames should stay free: below <see cref="Low"/> the daemon works until <see cref="High"/>, below <see cref="Minimum"/> programs reclaim themselves.</summary>
internal static class Watermarks
{
    // What the kernel may need to unwind what programs asked for, whatever vm.min_free_kbytes says.
    private const ulong KernelReserveFrames = 512;

    /// <summary>Only the kernel itself may go below.</summary>
    public static ulong Minimum { get; private set; } = KernelReserveFrames;

    private static ulong Distance
    {
        get
        {
            ulong quarter = Minimum / 4, thousandth = FrameAllocator.TotalFrames / 1000;
            return quarter > thousandth ? quarter : thousandth;
        }
    }

    public static ulong Low => Minimum + Distance;

    public static ulong High => Minimum + Distance * 2;

    /// <summary>Linux's default: four times the square root of the kilobytes of RAM.</summary>
    public static void Initialize() => SetMinimum(SquareRoot((ulong)FrameAllocator.TotalFrames * 4 * 16) >> 2);

    /// <summary>vm.min_free_kbytes, in frames; false for more than a quarter of RAM.</summary>
    public static bool SetMinimum(ulong frames)
    {
        if (frames > FrameAllocator.TotalFrames / 4) return false;
        Minimum = frames > KernelReserveFrames ? frames : KernelReserveFrames;
        return true;
    }

    private static ulong SquareRoot(ulong value)
    {
        ulong root = 0;
        for (ulong bit = 1UL << 31; bit != 0; bit >>= 1)
            if ((root | bit) * (root | bit) <= value) root |= bit;
        return root;
    }
}
