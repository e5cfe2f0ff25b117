namespace GuestOs.Proc;

/// <summary>Page faults since boot, of all processes that ever were. As on Linux, a fault that ends in a signal is neither minor nor major.</summary>
internal static class PageFaultCounters
{
    /// <summary>Served without a device.</summary>
    public static ulong Minor;

    /// <summary>Served by a read from a file or from swap.</summary>
    public static ulong Major;

    /// <summary>Not served although an area allows the access: beyond a file's end, a read error, no memory.</summary>
    public static ulong Failed;

    /// <summary>All that reached an area, which is what Linux's pgfault counts.</summary>
    public static ulong All => Minor + Major + Failed;
}
