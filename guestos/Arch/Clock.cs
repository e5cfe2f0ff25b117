namespace GuestOs.Arch;

/// <summary>Time from the TSC, which never stops; nanoseconds are since boot.</summary>
internal static class Clock
{
    public const ulong NanosecondsPerSecond = 1000000000;

    private const ulong AssumedFrequency = 1000000000;
    private const uint CalibrationPitTicks = 240;

    private static ulong s_tscAtBoot;
    private static ulong s_tscFrequency;
    private static ulong s_bootSeconds;

    /// <summary>TSC ticks per second.</summary>
    public static ulong TscFrequency => s_tscFrequency;

    /// <summary>Seconds since 1970 when the kernel booted.</summary>
    public static ulong BootSeconds => s_bootSeconds;

    /// <summary>Nanoseconds since boot.</summary>
    public static ulong Now
    {
        get
        {
            ulong ticks = Cpu.ReadTsc() - s_tscAtBoot;
            if (s_tscFrequency == NanosecondsPerSecond) return ticks;
            return ticks / s_tscFrequency * NanosecondsPerSecond + ticks % s_tscFrequency * NanosecondsPerSecond / s_tscFrequency;
        }
    }

    /// <summary>Measures TSC and local APIC timer against the PIT; where the PIT does not tick, both are taken to run at 1 GHz.</summary>
    public static void Calibrate()
    {
        s_tscAtBoot = Cpu.ReadTsc();
        s_bootSeconds = LegacyChips.ReadCmosSeconds();
        s_tscFrequency = AssumedFrequency;
        LocalApic.TimerFrequency = AssumedFrequency;
        LegacyChips.StartPit();
        uint first = WaitForPitChange(LegacyChips.ReadPit(), 1);
        if (first == 0) return;
        ulong tsc = Cpu.ReadTsc();
        LocalApic.StartTimer(0xffffffff);
        uint last = WaitForPitChange(first, CalibrationPitTicks);
        ulong tscTicks = Cpu.ReadTsc() - tsc;
        ulong apicTicks = 0xffffffff - LocalApic.TimerCount;
        LocalApic.StartTimer(0);
        if (last == 0) return;
        ulong pitTicks = (first - last) & 0xffff;
        s_tscFrequency = RoundToNominal(tscTicks * LegacyChips.PitFrequency / pitTicks);
        LocalApic.TimerFrequency = RoundToNominal(apicTicks * LegacyChips.PitFrequency / pitTicks);
    }

    /// <summary>A measurement within 1 % of 1 GHz means 1 GHz: every machine of that family states it.</summary>
    private static ulong RoundToNominal(ulong frequency) =>
        frequency > AssumedFrequency / 100 * 99 && frequency < AssumedFrequency / 100 * 101 ? AssumedFrequency : frequency;

    private static uint WaitForPitChange(uint from, uint ticks)
    {
        for (int attempt = 0; attempt < 100000; attempt++)
        {
            uint count = LegacyChips.ReadPit();
            if (((from - count) & 0xffff) >= ticks && count != 0) return count;
        }
        return 0;
    }
}
