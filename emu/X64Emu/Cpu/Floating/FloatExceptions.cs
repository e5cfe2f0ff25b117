namespace X64Emu.Cpu.Floating;

/// <summary>The six IEEE 754 exceptions of x86, at the bit positions they have in MXCSR and in the x87 status word.</summary>
/// <remarks>Intel SDM Vol. 1, 4.9.1.</remarks>
[Flags]
public enum FloatExceptions : uint
{
    /// <summary>Nothing happened.</summary>
    None = 0,

    /// <summary>IE: a signalling NaN, or an operation without a defined result.</summary>
    Invalid = 1 << 0,

    /// <summary>DE: an operand is denormal.</summary>
    Denormal = 1 << 1,

    /// <summary>ZE: a finite number was divided by zero.</summary>
    DivideByZero = 1 << 2,

    /// <summary>OE: the rounded result is larger than the format's largest number.</summary>
    Overflow = 1 << 3,

    /// <summary>UE: the rounded result is tiny.</summary>
    Underflow = 1 << 4,

    /// <summary>PE: the result had to be rounded.</summary>
    Precision = 1 << 5,

    /// <summary>The exceptions that are found before anything is computed.</summary>
    PreComputation = Invalid | Denormal | DivideByZero,

    /// <summary>All six.</summary>
    All = PreComputation | Overflow | Underflow | Precision,
}

/// <summary>The rounding-control field of MXCSR and of the x87 control word (Intel SDM Vol. 1, 4.8.4).</summary>
public enum RoundingMode
{
    /// <summary>To the nearest, ties to even.</summary>
    Nearest = 0,

    /// <summary>Toward minus infinity.</summary>
    Down = 1,

    /// <summary>Toward plus infinity.</summary>
    Up = 2,

    /// <summary>Toward zero.</summary>
    TowardZero = 3,
}
