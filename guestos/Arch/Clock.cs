using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>Time from the TSC, which never stops; nanoseconds are since boot.</summary>
internal static class Clock
{
    public const ulong NanosecondsPerSecond = 1000000000;
    public const ulong NanosecondsPerMicrosecond = 1000;

    private const ulong AssumedFrequency = 1000000000;

    // 50 us: reading the PIT takes a thousandth of it where clocks keep to 1 GHz.
    private const uint ShortCalibrationPitTicks = 60;
    private const uint LongCalibrationPitTicks = 12000;

    private static ulong s_tscAtBoot;
    private static ulong s_tscFrequency;
    private static ulong s_bootSeconds;

    /// <summary>The TSC when the kernel booted.</summary>
    public static ulong TscAtBoot => s_tscAtBoot;

    /// <summary>TSC ticks per second.</summary>
    public static ulong TscFrequency => s_tscFrequency;

    /// <summary>Seconds since 1970 when the kernel booted.</summary>
    public static ulong BootSeconds => s_bootSeconds;

    /// <summary>Nanoseconds since boot.</summary>
    public static ulong Now => ToNanoseconds(Cpu.ReadTsc() - s_tscAtBoot);

    /// <summary>The time that TSC ticks take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToNanoseconds(ulong ticks) => s_tscFrequency == NanosecondsPerSecond ? ticks : Scale(ticks);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Scale(ulong ticks)
    {
        // The log wants a time before the frequency is known.
        if (s_tscFrequency == 0) return 0;
        return ticks / s_tscFrequency * NanosecondsPerSecond + ticks % s_tscFrequency * NanosecondsPerSecond / s_tscFrequency;
    }

    /// <summary>Measures TSC and local APIC timer against the PIT; where the PIT does not tick, both are taken to run at 1 GHz.</summary>
    public static void Calibrate()
    {
        s_tscAtBoot = Cpu.ReadTsc();
        s_bootSeconds = LegacyChips.ReadCmosSeconds();
        s_tscFrequency = AssumedFrequency;
        LocalApic.TimerFrequency = AssumedFrequency;
        LegacyChips.StartPit();
        // Machines that keep to 1 GHz show it at once; others are worth a longer look.
        if (Measure(ShortCalibrationPitTicks) && (s_tscFrequency != AssumedFrequency || LocalApic.TimerFrequency != AssumedFrequency))
            Measure(LongCalibrationPitTicks);
        LegacyChips.StopPit();
    }

    /// <summary>Counts both clocks while the PIT counts; false when it does not.</summary>
    private static bool Measure(uint pitTicks)
    {
        LocalApic.StartTimer(0xffffffff);
        uint first = WaitForPitChange(LegacyChips.ReadPit(), 1);
        ulong tsc = Cpu.ReadTsc();
        ulong apicFirst = LocalApic.TimerCount;
        uint last = first == 0 ? 0 : WaitForPitChange(first, pitTicks);
        ulong tscTicks = Cpu.ReadTsc() - tsc;
        ulong apicTicks = apicFirst - LocalApic.TimerCount;
        LocalApic.StartTimer(0);
        if (last == 0) return false;
        ulong passed = (first - last) & 0xffff;
        s_tscFrequency = RoundToNominal(tscTicks * LegacyChips.PitFrequency / passed);
        LocalApic.TimerFrequency = RoundToNominal(apicTicks * LegacyChips.PitFrequency / passed);
        return true;
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
