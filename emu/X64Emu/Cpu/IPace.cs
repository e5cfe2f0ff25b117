namespace X64Emu.Cpu;

/// <summary>Ties virtual time to another clock. Without a pace virtual time is that of the instructions, and idle time is skipped.</summary>
/// <remarks>Asked on the processor's thread. All times are virtual nanoseconds since reset.</remarks>
public interface IPace
{
    /// <summary>Asked between slices of user code, and of a halted processor that is looked at: where virtual time stands now.</summary>
    /// <param name="nowNanoseconds">What the instructions so far have made of it.</param>
    /// <param name="deadlineNanoseconds">When the next timer is due; <see cref="ulong.MaxValue"/> for never. The answer does not pass it.</param>
    /// <returns>At least <paramref name="nowNanoseconds"/>.</returns>
    ulong Follow(ulong nowNanoseconds, ulong deadlineNanoseconds);

    /// <summary>Asked when the processor is halted: waits for the next timer, or for something to come from outside.</summary>
    /// <param name="deadlineNanoseconds">When the timer is due.</param>
    /// <returns>Where virtual time stands then, at most <paramref name="deadlineNanoseconds"/>.</returns>
    ulong WaitUntil(ulong deadlineNanoseconds);
}
