namespace GuestOs.Mm;

/// <summary>
/// How many frames should stay free: below <see cref="Low"/> the daemon works until <see cref="High"/>, below <see cref="Minimum"/> programs reclaim
/// themselves.
/// </summary>
internal static class Watermarks
{
    // What the kernel may need to unwind what programs asked for, whatever vm.min_free_kbytes says.
    private const ulong KernelReserveFrames = 512;

    /// <summary>What must be free before the kernel begins a system call or serves a fault: neither takes as much without asking for it.</summary>
    public const ulong CallFrames = 256;

    /// <summary>Only the kernel itself may go below.</summary>
    public static ulong Minimum { get; private set; } = KernelReserveFrames;

    /// <summary>vm.min_free_kbytes.</summary>
    public static ulong MinimumKilobytes;

    /// <summary>vm.watermark_scale_factor: distance of the watermarks in 1/10000 of RAM, where that is more than a quarter of the minimum.</summary>
    public static int ScaleFactor = 10;

    public const int MaximumScaleFactor = 3000;

    /// <summary>Below this the daemon wakes.</summary>
    public static ulong Low { get; private set; }

    /// <summary>Above this it sleeps.</summary>
    public static ulong High { get; private set; }

    /// <summary>Linux's default: four times the square root of the kilobytes of RAM.</summary>
    public static void Initialize()
    {
        MinimumKilobytes = SquareRoot((ulong)FrameAllocator.TotalFrames * 4 * 16);
        Changed();
    }

    /// <summary>Called when <see cref="MinimumKilobytes"/> or <see cref="ScaleFactor"/> was set: 0, or -EINVAL for more than a quarter of RAM.</summary>
    public static int Changed()
    {
        ulong frames = MinimumKilobytes >> 2;
        if (frames > FrameAllocator.TotalFrames / 4) return -Errno.Invalid;
        Minimum = frames > KernelReserveFrames ? frames : KernelReserveFrames;
        ulong quarter = Minimum / 4, scaled = FrameAllocator.TotalFrames * (ulong)ScaleFactor / 10000;
        ulong distance = quarter > scaled ? quarter : scaled;
        Low = Minimum + distance;
        High = Low + distance;
        return 0;
    }

    private static ulong SquareRoot(ulong value)
    {
        ulong root = 0;
        for (ulong bit = 1UL << 31; bit != 0; bit >>= 1)
            if ((root | bit) * (root | bit) <= value) root |= bit;
        return root;
    }
}
