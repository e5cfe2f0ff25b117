using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// How many threads wanted the CPU, averaged over 1, 5 and 15 minutes as Linux does: a sample each 5 seconds with exponential decay. No timer runs for it:
/// samples that are due are taken when the number changes.
/// </summary>
internal static class LoadAverage
{
    private const int FractionBits = 11;
    private const ulong One = 1 << FractionBits;
    private const ulong SampleNanoseconds = 5 * Clock.NanosecondsPerSecond;

    // After so many samples of one number nothing is left of what was before.
    private const ulong MostSamples = 4096;

    // exp(-5 s / 1, 5, 15 min) in units of One.
    private const ulong Decay1 = 1884, Decay5 = 2014, Decay15 = 2037;

    private static ulong s_next = SampleNanoseconds;
    private static ulong s_load1;
    private static ulong s_load5;
    private static ulong s_load15;

    /// <summary>Takes the samples that are due.</summary>
    /// <param name="active">Threads that have wanted the CPU since the call before.</param>
    public static void Advance(ulong now, int active)
    {
        if (now < s_next) return;
        ulong count = (now - s_next) / SampleNanoseconds + 1;
        s_next += count * SampleNanoseconds;
        for (ulong i = count < MostSamples ? count : MostSamples; i != 0; i--)
        {
            s_load1 = Average(s_load1, Decay1, (ulong)active);
            s_load5 = Average(s_load5, Decay5, (ulong)active);
            s_load15 = Average(s_load15, Decay15, (ulong)active);
        }
    }

    /// <summary>The averages over 1, 5 and 15 minutes, in hundredths.</summary>
    public static ulong Hundredths(int minutes) => Rounded(Of(minutes));

    /// <summary>The same as fixed-point numbers with so many bits below the point, at least 11.</summary>
    public static ulong Fraction(int minutes, int bits) => Of(minutes) << (bits - FractionBits);

    private static ulong Of(int minutes) => minutes switch
    {
        1 => s_load1,
        5 => s_load5,
        _ => s_load15,
    };

    private static ulong Average(ulong load, ulong decay, ulong active)
    {
        active <<= FractionBits;
        ulong sum = load * decay + active * (One - decay);
        if (active >= load) sum += One - 1;
        return sum >> FractionBits;
    }

    private static ulong Rounded(ulong load) => (load + One / 200) * 100 >> FractionBits;
}
