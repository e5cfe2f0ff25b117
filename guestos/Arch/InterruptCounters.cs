namespace GuestOs.Arch;

/// <summary>Interrupts taken since boot, by vector, for /proc/interrupts and /proc/stat.</summary>
internal static unsafe class InterruptCounters
{
    private struct Table
    {
        public fixed ulong Counts[256];
    }

    private static Table s_table;

    /// <summary>Interrupts of all vectors.</summary>
    public static ulong Total { get; private set; }

    /// <summary>Counts one.</summary>
    public static void Count(int vector)
    {
        s_table.Counts[vector & 0xff]++;
        Total++;
    }

    /// <summary>Interrupts of one vector.</summary>
    public static ulong Of(int vector) => s_table.Counts[vector & 0xff];
}
