namespace X64Emu.Cpu.Floating;

/// <summary>What an operation reads from the control register, and the exceptions it found.</summary>
internal struct FloatEnvironment
{
    /// <summary>How inexact results are rounded.</summary>
    public RoundingMode Rounding;

    /// <summary>Denormal operands count as zeros.</summary>
    public bool DenormalsAreZero;

    /// <summary>Tiny results become zeros. Never set while underflow is unmasked.</summary>
    public bool FlushToZero;

    /// <summary>The exceptions that fault; an unmasked underflow is raised for exact tiny results too.</summary>
    public FloatExceptions Unmasked;

    /// <summary>Everything found so far, over all elements.</summary>
    public FloatExceptions Raised;

    /// <summary>Bits of significand that x87 arithmetic keeps: 24, 53 or 64 by precision control. SSE has it from the format.</summary>
    public int PrecisionBits;

    /// <summary>The last rounding enlarged the magnitude: what x87 instructions report in C1.</summary>
    public bool RoundedUp;

    /// <summary>The environment that <paramref name="mxcsr"/> describes, with nothing raised yet.</summary>
    public static FloatEnvironment FromMxcsr(uint mxcsr)
    {
        FloatExceptions unmasked = Mxcsr.Unmasked(mxcsr);
        return new FloatEnvironment
        {
            Rounding = Mxcsr.Rounding(mxcsr),
            DenormalsAreZero = (mxcsr & Mxcsr.DenormalsAreZero) != 0,
            FlushToZero = (mxcsr & Mxcsr.FlushToZero) != 0 && (unmasked & FloatExceptions.Underflow) == 0,
            Unmasked = unmasked,
        };
    }

    /// <summary>The environment that an x87 control word describes, with nothing raised yet.</summary>
    public static FloatEnvironment FromX87Control(ushort control) => new()
    {
        Rounding = (RoundingMode)(control >> 10 & 3),
        PrecisionBits = (control >> 8 & 3) switch { 0 => 24, 2 => 53, _ => 64 },
        Unmasked = (FloatExceptions)~control & FloatExceptions.All,
    };

    /// <summary>True when <paramref name="exception"/> faults.</summary>
    public readonly bool IsUnmasked(FloatExceptions exception) => (Unmasked & exception) != 0;

    /// <summary>Notes <paramref name="exceptions"/>.</summary>
    public void Raise(FloatExceptions exceptions) => Raised |= exceptions;
}
