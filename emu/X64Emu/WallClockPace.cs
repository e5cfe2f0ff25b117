using X64Emu.Cpu;

namespace X64Emu;

/// <summary>Paces virtual time to the host's clock: it never runs ahead of it, and a guest that is slower than a real machine is not slowed down further.</summary>
/// <remarks>
/// An idle guest waits until its next timer is due by the host's clock. A busy one runs at one instruction per nanosecond or less; what it is
/// behind by is made up between slices of user code, so that kernels never see time jump while they measure, and never beyond the next timer, so
/// that each timer is served at its own time, in order, however long the host kept the machine from running.
/// </remarks>
/// <param name="hostClock">The host's clock.</param>
/// <param name="wait">Waits so long, or until something has come from outside.</param>
public sealed class WallClockPace(TimeProvider hostClock, Action<TimeSpan> wait) : IPace
{
    private const ulong NanosecondsPerTick = 100, NanosecondsPerMillisecond = 1_000_000;
    private const ulong LongestWaitMilliseconds = 60_000;

    // The host's waits are not more exact than this, so a lead this small is not worth one.
    private const ulong ToleratedLeadNanoseconds = NanosecondsPerMillisecond;
    private long? start;

    // Virtual time 0 is the moment of the first question.
    private ulong HostNanoseconds
    {
        get
        {
            long now = hostClock.GetTimestamp();
            return (ulong)Math.Max(hostClock.GetElapsedTime(start ??= now, now).Ticks, 0) * NanosecondsPerTick;
        }
    }

    /// <summary>Starts the clock at virtual time 0, unless it runs already.</summary>
    public void Start() => start ??= hostClock.GetTimestamp();

    /// <inheritdoc/>
    public ulong Follow(ulong nowNanoseconds, ulong deadlineNanoseconds)
    {
        ulong host = HostNanoseconds;
        if (nowNanoseconds > host + ToleratedLeadNanoseconds)
        {
            Wait(nowNanoseconds - host);
            host = HostNanoseconds;
        }
        return Math.Max(nowNanoseconds, Math.Min(host, deadlineNanoseconds));
    }

    /// <inheritdoc/>
    public ulong WaitUntil(ulong deadlineNanoseconds)
    {
        ulong host = HostNanoseconds;
        if (host < deadlineNanoseconds)
        {
            Wait(deadlineNanoseconds - host);
            host = HostNanoseconds;
        }
        return Math.Min(host, deadlineNanoseconds);
    }

    // Rounded up: a wait that ends early would be followed by many short ones.
    private void Wait(ulong nanoseconds)
    {
        (ulong milliseconds, ulong rest) = Math.DivRem(nanoseconds, NanosecondsPerMillisecond);
        if (rest != 0) milliseconds++;
        wait(TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestWaitMilliseconds)));
    }
}
