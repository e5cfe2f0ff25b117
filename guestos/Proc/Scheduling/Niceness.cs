namespace GuestOs.Proc;

/// <summary>Niceness, the weight with which a thread competes for the CPU: a step is a quarter more or less, as on Linux (sched(7)).</summary>
internal static class Niceness
{
    public const int Least = -20;
    public const int Most = 19;

    /// <summary>The nearest niceness there is.</summary>
    public static int Clamp(long value) => value < Least ? Least : value > Most ? Most : (int)value;

    /// <summary>How long a thread runs while others could, in nanoseconds: threads take turns, so shares of the CPU are as the slices.</summary>
    /// <param name="nice">From <see cref="Least"/> to <see cref="Most"/>.</param>
    public static ulong Slice(int nice)
    {
        ulong slice = Scheduler.SliceNanoseconds;
        for (; nice > 0; nice--) slice = slice * 4 / 5;
        for (; nice < 0; nice++) slice = slice * 5 / 4;
        return slice;
    }
}
