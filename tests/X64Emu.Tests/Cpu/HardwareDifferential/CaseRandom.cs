namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Random numbers that follow from a few seeds, cheap to start anew for every case (the SplitMix64 sequence).</summary>
internal sealed class CaseRandom
{
    private ulong state;

    /// <summary>Starts the sequence that belongs to these numbers.</summary>
    public CaseRandom Restart(params ReadOnlySpan<ulong> seeds)
    {
        state = 0;
        foreach (ulong seed in seeds) state = Mix(state ^ seed * 0xd6e8_feb8_6659_fd93);
        return this;
    }

    public ulong Next()
    {
        state += 0x9e37_79b9_7f4a_7c15;
        return Mix(state);
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)((Next() >> 32) * (ulong)bound >> 32);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>From <paramref name="lowest"/> to <paramref name="highest"/>, both included.</summary>
    public int Between(int lowest, int highest) => lowest + Below(highest - lowest + 1);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public void Fill(Span<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) BitConverter.TryWriteBytes(bytes, Next());
        ulong rest = Next();
        for (int index = 0; index < bytes.Length; index++) bytes[index] = (byte)(rest >> (8 * index));
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ value >> 30) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ value >> 27) * 0x94d0_49bb_1331_11eb;
        return value ^ value >> 31;
    }
}
