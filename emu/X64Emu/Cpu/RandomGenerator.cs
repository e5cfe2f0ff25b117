namespace X64Emu.Cpu;

/// <summary>What RDRAND and RDSEED draw from: SplitMix64 from a fixed start, so that runs repeat.</summary>
internal sealed class RandomGenerator(ulong seed)
{
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong mixed = state += 0x9e37_79b9_7f4a_7c15;
        mixed = (mixed ^ mixed >> 30) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ mixed >> 27) * 0x94d0_49bb_1331_11eb;
        return mixed ^ mixed >> 31;
    }
}
