using X64Emu.Bus;

namespace X64Emu.Devices;

/// <summary>The local APIC's timer: one-shot, periodic, or at a TSC value (Intel SDM Vol. 3A, 11.5.4). Its input clock runs at 1 GHz.</summary>
internal sealed class LocalApicTimer
{
    private readonly IVirtualClock clock;
    private readonly Action expired;
    private readonly Action deadlineReached;
    private Mode mode;
    private bool isMasked = true;
    private uint initialCount;
    private ulong startNanoseconds;
    private uint divideRegister;
    private ulong tscDeadline;
    private long handle;

    /// <param name="clock">Virtual time; a nanosecond is a tick of the input clock and of the TSC.</param>
    /// <param name="expired">Called when the timer interrupt is due.</param>
    internal LocalApicTimer(IVirtualClock clock, Action expired)
    {
        this.clock = clock;
        this.expired = expired;
        deadlineReached = DeadlineReached;
    }

    private enum Mode { OneShot = 0, Periodic = 1, TscDeadline = 2, Reserved = 3 }

    /// <summary>How many input clocks one count takes, from bits 3, 1 and 0 of the divide configuration register.</summary>
    private ulong Divisor
    {
        get
        {
            uint code = ((divideRegister >> 1) & 4) | (divideRegister & 3);
            return code == 7 ? 1UL : 2UL << (int)code;
        }
    }

    private ulong PeriodNanoseconds => initialCount * Divisor;

    /// <summary>The initial count register; writing it restarts the count, 0 stops it. Ignored in TSC-deadline mode.</summary>
    internal uint InitialCount
    {
        get => mode == Mode.TscDeadline ? 0 : initialCount;
        set
        {
            if (mode == Mode.TscDeadline) return;
            initialCount = value;
            startNanoseconds = clock.NowNanoseconds;
            Rearm();
        }
    }

    /// <summary>The current count register.</summary>
    internal uint CurrentCount
    {
        get
        {
            if (initialCount == 0 || mode >= Mode.TscDeadline) return 0;
            ulong counted = (clock.NowNanoseconds - startNanoseconds) / Divisor;
            if (mode == Mode.Periodic) return (uint)(initialCount - counted % initialCount);
            return counted >= initialCount ? 0 : (uint)(initialCount - counted);
        }
    }

    /// <summary>The divide configuration register. A change lets the count go on from where it is.</summary>
    internal uint DivideConfiguration
    {
        get => divideRegister;
        set
        {
            uint current = CurrentCount;
            divideRegister = value & 0xb;
            if (current != 0) startNanoseconds = clock.NowNanoseconds - Math.Min(clock.NowNanoseconds, (initialCount - current) * Divisor);
            Rearm();
        }
    }

    /// <summary>IA32_TSC_DEADLINE: the TSC value to interrupt at, 0 when disarmed. Writes outside TSC-deadline mode are ignored.</summary>
    internal ulong TscDeadline
    {
        get => tscDeadline;
        set
        {
            if (mode != Mode.TscDeadline) return;
            tscDeadline = value;
            Rearm();
        }
    }

    /// <summary>Follows the mask and mode bits of the timer's LVT entry.</summary>
    internal void Configure(uint localVectorEntry)
    {
        Mode newMode = (Mode)((localVectorEntry >> 17) & 3);
        // Entering or leaving TSC-deadline mode disarms the timer.
        if (newMode != mode && (newMode == Mode.TscDeadline || mode == Mode.TscDeadline))
        {
            initialCount = 0;
            tscDeadline = 0;
        }
        mode = newMode;
        isMasked = (localVectorEntry & LocalApic.MaskBit) != 0;
        Rearm();
    }

    /// <summary>Back to the state after power-up.</summary>
    internal void Reset()
    {
        mode = Mode.OneShot;
        isMasked = true;
        initialCount = 0;
        divideRegister = 0;
        tscDeadline = 0;
        Rearm();
    }

    /// <summary>A masked timer counts but schedules nothing, so that an idle machine need not wake for it.</summary>
    private void Rearm()
    {
        clock.Cancel(handle);
        handle = 0;
        if (isMasked) return;
        ulong now = clock.NowNanoseconds;
        switch (mode)
        {
            case Mode.OneShot when initialCount != 0 && now - startNanoseconds < PeriodNanoseconds:
                handle = clock.Schedule(startNanoseconds + PeriodNanoseconds, deadlineReached, "local APIC timer: one-shot");
                break;
            case Mode.Periodic when initialCount != 0:
                ulong periodsDone = (now - startNanoseconds) / PeriodNanoseconds;
                handle = clock.Schedule(startNanoseconds + (periodsDone + 1) * PeriodNanoseconds, deadlineReached, "local APIC timer: periodic");
                break;
            case Mode.TscDeadline when tscDeadline != 0:
                handle = clock.Schedule(tscDeadline, deadlineReached, "local APIC timer: TSC deadline");
                break;
            default:
                break;
        }
    }

    private void DeadlineReached()
    {
        handle = 0;
        if (mode == Mode.TscDeadline) tscDeadline = 0;
        if (mode == Mode.Periodic) Rearm();
        expired();
    }
}
