namespace GuestOs.Proc;

/// <summary>Random numbers for programs: seeded with a constant, so that a run can be repeated exactly. Not for secrets.</summary>
internal static class RandomSource
{
    private const ulong Seed = 0x9e3779b97f4a7c15;

    private static ulong s_state;

    /// <summary>The next 64 bits of the SplitMix64 sequence.</summary>
    public static ulong Next()
    {
        s_state += Seed;
        ulong value = s_state;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
