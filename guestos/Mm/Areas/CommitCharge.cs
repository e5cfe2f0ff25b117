namespace GuestOs.Mm;

/// <summary>How vm.overcommit_memory treats promises of memory.</summary>
internal enum OvercommitPolicy
{
    /// <summary>Refuses only what could never fit (Linux's default).</summary>
    Heuristic = 0,

    /// <summary>Refuses nothing.</summary>
    Always = 1,

    /// <summary>Refuses what goes beyond the commit limit.</summary>
    Never = 2,
}

/// <summary>The memory that all programs together have been promised: Linux's Committed_AS and CommitLimit.</summary>
internal static class CommitCharge
{
    /// <summary>vm.overcommit_memory.</summary>
    public static int PolicySetting;

    /// <summary>vm.overcommit_ratio: the share of RAM that may be promised under <see cref="OvercommitPolicy.Never"/>, in percent.</summary>
    public static int RatioPercent = 50;

    /// <summary>vm.overcommit_kbytes: used in place of the ratio when not 0.</summary>
    public static ulong LimitKilobytes;

    public static OvercommitPolicy Policy => (OvercommitPolicy)PolicySetting;

    /// <summary>Pages promised.</summary>
    public static ulong Pages { get; private set; }

    /// <summary>Pages that may be promised under <see cref="OvercommitPolicy.Never"/>.</summary>
    public static ulong LimitPages =>
        (LimitKilobytes != 0 ? LimitKilobytes >> 2 : (ulong)FrameAllocator.TotalFrames * (uint)RatioPercent / 100) + SwapArea.TotalPages;

    /// <summary>True when so many pages more may be promised.</summary>
    public static bool Allows(ulong pages) => Policy switch
    {
        OvercommitPolicy.Always => true,
        OvercommitPolicy.Never => Pages + pages <= LimitPages,
        _ => pages <= FrameAllocator.TotalFrames + SwapArea.TotalPages,
    };

    /// <summary>Promises pages or takes promises back (two's complement).</summary>
    public static void Change(ulong pages) => Pages += pages;
}
