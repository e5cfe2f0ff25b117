namespace X64Emu.Bus;

/// <summary>A chip that answers in the physical address space. Offsets are relative to where the bus maps it.</summary>
/// <remarks>Calls come from guest instructions: a device must accept any offset, size and value without throwing.</remarks>
public interface IMmioDevice
{
    /// <summary>Reads <paramref name="sizeBytes"/> (1, 2, 4 or 8) bytes at <paramref name="offset"/>, zero-extended.</summary>
    ulong Read(ulong offset, int sizeBytes);

    /// <summary>Writes the low <paramref name="sizeBytes"/> (1, 2, 4 or 8) bytes of <paramref name="value"/>.</summary>
    void Write(ulong offset, int sizeBytes, ulong value);
}

/// <summary>A chip that answers to IN and OUT.</summary>
/// <remarks>Calls come from guest instructions: a device must accept any port it is mapped at, any size and value without throwing.</remarks>
public interface IPortDevice
{
    /// <summary>Reads <paramref name="sizeBytes"/> (1, 2 or 4) bytes at the absolute <paramref name="port"/>, zero-extended.</summary>
    uint Read(ushort port, int sizeBytes);

    /// <summary>Writes the low <paramref name="sizeBytes"/> (1, 2 or 4) bytes of <paramref name="value"/>.</summary>
    void Write(ushort port, int sizeBytes, uint value);
}

/// <summary>One wire from a chip to an interrupt controller, or from a controller to the CPU. Level; the receiver derives edges.</summary>
public interface IInterruptLine
{
    /// <summary>Drives the wire. Driving the level it already has changes nothing.</summary>
    void SetLevel(bool asserted);
}

/// <summary>What the CPU asks when its INTR pin is asserted and it is ready to take an interrupt.</summary>
public interface IInterruptController
{
    /// <summary>Acknowledges the highest pending interrupt and returns its vector, or -1 when none is pending any more.</summary>
    int AcknowledgeInterrupt();
}

/// <summary>The machine's virtual time: nanoseconds since reset. One retired instruction is one nanosecond; idle time is skipped over.</summary>
public interface IVirtualClock
{
    /// <summary>Virtual nanoseconds since reset.</summary>
    ulong NowNanoseconds { get; }

    /// <summary>What waits, in the order in which it will run.</summary>
    IReadOnlyList<PendingCallback> Pending { get; }

    /// <summary>Calls <paramref name="callback"/> once when virtual time reaches <paramref name="deadlineNanoseconds"/> (at the next
    /// block boundary when that is already past), on the CPU's thread. Returns a handle for <see cref="Cancel"/>.</summary>
    /// <param name="deadlineNanoseconds">Virtual nanoseconds since reset.</param>
    /// <param name="callback">What to call.</param>
    /// <param name="purpose">Who waits for what, for people who look at <see cref="Pending"/>.</param>
    long Schedule(ulong deadlineNanoseconds, Action callback, string purpose = "");

    /// <summary>Takes a scheduled call back; unknown or spent handles are ignored.</summary>
    void Cancel(long handle);
}

/// <summary>A callback that waits for its time.</summary>
/// <param name="DeadlineNanoseconds">When it is due, in virtual nanoseconds since reset.</param>
/// <param name="Purpose">Who waits for what; empty when nobody said.</param>
public readonly record struct PendingCallback(ulong DeadlineNanoseconds, string Purpose);

/// <summary>The registers of the local APIC that instructions reach without memory: CR8 and two model-specific registers.</summary>
public interface ILocalApicRegisters
{
    /// <summary>The task priority register; CR8 is its bits 7..4.</summary>
    byte TaskPriority { get; set; }

    /// <summary>IA32_APIC_BASE (MSR 0x1b).</summary>
    ulong BaseRegister { get; set; }

    /// <summary>IA32_TSC_DEADLINE (MSR 0x6e0), in virtual nanoseconds; 0 when disarmed.</summary>
    ulong TscDeadline { get; set; }
}
