namespace X64Emu.Primitives;

/// <summary>The architectural exception vectors (Intel SDM Vol. 3A, table 6-1).</summary>
public enum ExceptionVector
{
    /// <summary>#DE, fault: division by zero or a quotient that does not fit.</summary>
    DivideError = 0,

    /// <summary>#DB, fault or trap: single step, DR0-DR7 breakpoints, INT1.</summary>
    Debug = 1,

    /// <summary>NMI, the non-maskable interrupt.</summary>
    NonMaskableInterrupt = 2,

    /// <summary>#BP, trap: INT3.</summary>
    Breakpoint = 3,

    /// <summary>#OF, trap: INTO.</summary>
    Overflow = 4,

    /// <summary>#BR, fault: BOUND.</summary>
    BoundRange = 5,

    /// <summary>#UD, fault: an invalid or unimplemented instruction.</summary>
    InvalidOpcode = 6,

    /// <summary>#NM, fault: x87 or SSE while CR0.TS or CR0.EM forbids it.</summary>
    DeviceNotAvailable = 7,

    /// <summary>#DF, abort: an exception while delivering another. Error code 0.</summary>
    DoubleFault = 8,

    /// <summary>#TS, fault: a bad task state segment. Has an error code.</summary>
    InvalidTss = 10,

    /// <summary>#NP, fault: a segment or gate that is not present. Has an error code.</summary>
    SegmentNotPresent = 11,

    /// <summary>#SS, fault: a bad stack segment or a non-canonical stack address. Has an error code.</summary>
    StackFault = 12,

    /// <summary>#GP, fault: the general protection fault. Has an error code.</summary>
    GeneralProtection = 13,

    /// <summary>#PF, fault: a translation failed; CR2 holds the address. Has an error code.</summary>
    PageFault = 14,

    /// <summary>#MF, fault: an unmasked x87 exception.</summary>
    X87FloatingPoint = 16,

    /// <summary>#AC, fault: a misaligned access at CPL 3 with CR0.AM and EFLAGS.AC set. Error code 0.</summary>
    AlignmentCheck = 17,

    /// <summary>#MC, abort: machine check.</summary>
    MachineCheck = 18,

    /// <summary>#XM, fault: an unmasked SSE floating-point exception.</summary>
    SimdFloatingPoint = 19,
}

/// <summary>Facts about exception vectors.</summary>
public static class ExceptionVectors
{
    /// <summary>True for the vectors that push an error code (Intel SDM Vol. 3A, table 6-1).</summary>
    public static bool HasErrorCode(this ExceptionVector vector) => vector is ExceptionVector.DoubleFault
        or ExceptionVector.InvalidTss or ExceptionVector.SegmentNotPresent or ExceptionVector.StackFault
        or ExceptionVector.GeneralProtection or ExceptionVector.PageFault or ExceptionVector.AlignmentCheck;
}
