using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Where an event comes from, which decides what is checked and pushed.</summary>
internal enum EventKind
{
    /// <summary>An exception at an instruction that has not run; RF is set in the pushed flags.</summary>
    Fault,

    /// <summary>An exception behind an instruction, or a double fault: flags are pushed as they are.</summary>
    Trap,

    /// <summary>INT n, INT3 or INTO: the gate's DPL is checked, and faults on the way are the program's own.</summary>
    Software,

    /// <summary>NMI or an interrupt from a controller.</summary>
    External,
}

/// <summary>An exception or interrupt to deliver.</summary>
/// <param name="Vector">0..255.</param>
/// <param name="Kind">Where it comes from.</param>
/// <param name="ErrorCode">The error code, for vectors that push one.</param>
/// <param name="Address">CR2 of a #PF.</param>
/// <param name="IsBetweenSteps">Whether it comes between two steps of a repeated string instruction.</param>
internal readonly record struct InterruptEvent(byte Vector, EventKind Kind, uint ErrorCode = 0, ulong Address = 0, bool IsBetweenSteps = false)
{
    /// <summary>Software interrupts and external ones push no error code, whatever their vector.</summary>
    public bool PushesErrorCode => Kind is (EventKind.Fault or EventKind.Trap) && ((ExceptionVector)Vector).HasErrorCode();

    /// <summary>The EXT bit of error codes of faults during delivery.</summary>
    public uint ExternalBit => Kind == EventKind.Software ? 0u : 1u;

    /// <summary>The error code that names this event's gate (Intel SDM Vol. 3A, 6.13).</summary>
    public uint GateErrorCode => Vector * 8u | 2u | ExternalBit;

    /// <summary>Whether RF is set in the pushed flags: for faults and between the steps of a repetition. #DB as a fault comes from an
    /// instruction breakpoint alone; it pushes RF as it is (Intel SDM Vol. 3B, 17.3.1.1).</summary>
    public bool SetsResumeFlag => IsBetweenSteps || (Kind == EventKind.Fault && Vector != (byte)ExceptionVector.Debug);

    public bool IsPageFault => Vector == (byte)ExceptionVector.PageFault && Kind == EventKind.Fault;

    public bool IsDoubleFault => Vector == (byte)ExceptionVector.DoubleFault && PushesErrorCode;

    public bool IsContributory => Kind == EventKind.Fault && (ExceptionVector)Vector
        is ExceptionVector.DivideError or (>= ExceptionVector.InvalidTss and <= ExceptionVector.GeneralProtection);
}
